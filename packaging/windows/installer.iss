; The installer for Windows (Inno Setup 6.3 or newer): ISCC /DVersion=1.2.3 installer.iss, after PyInstaller.
; build.ps1 does both, and signs. It installs for the whole machine and needs an administrator; the kiosk itself does not.
; Unattended: avatar-kiosk-1.2.3-windows-x86_64.exe /VERYSILENT /NORESTART /TASKS="autostart"

#ifndef Version
  #error The version is missing: ISCC /DVersion=1.2.3 installer.iss
#endif

#define Project "..\.."
#define Program Project + "\dist\avatar-kiosk"

[Setup]
AppId={{8E2B7C0D-5D0B-4E1A-9C57-3F6A1B8D42E9}
AppName=Avatar Kiosk
AppVersion={#Version}
AppVerName=Avatar Kiosk {#Version}
VersionInfoVersion={#Version}
DefaultDirName={autopf}\Avatar Kiosk
DisableProgramGroupPage=yes
LicenseFile={#Project}\LICENSE
SetupIconFile={#Project}\resources\icons\avatar-kiosk.ico
UninstallDisplayIcon={app}\avatar-kiosk.exe
; Below Program Files only administrators write: nobody in the lobby can put something in the program's place.
PrivilegesRequired=admin
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
; Windows 10 1809, the oldest that Qt supports.
MinVersion=10.0.17763
; An upgrade ends the running kiosk, which is asked first; see PrepareToInstall.
CloseApplications=force
RestartApplications=no
WizardStyle=modern
Compression=lzma2/max
SolidCompression=yes
OutputDir={#Project}\dist
OutputBaseFilename=avatar-kiosk-{#Version}-windows-x86_64

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"
Name: "fr"; MessagesFile: "compiler:Languages\French.isl"
Name: "es"; MessagesFile: "compiler:Languages\Spanish.isl"
Name: "it"; MessagesFile: "compiler:Languages\Italian.isl"

[CustomMessages]
en.AutoStart=Start when somebody logs on
de.AutoStart=Bei der Anmeldung starten
fr.AutoStart=Démarrer à l'ouverture de session
es.AutoStart=Iniciar al abrir la sesión
it.AutoStart=Avvia all'accesso
en.NoRuntime=Avatar Kiosk needs the Microsoft Visual C++ runtime 14.28 or newer (vc_redist.x64.exe of Visual Studio 2019 or newer). Install it first, then run this installer again.
de.NoRuntime=Avatar Kiosk braucht die Microsoft-Visual-C++-Laufzeit 14.28 oder neuer (vc_redist.x64.exe von Visual Studio 2019 oder neuer). Bitte installieren Sie zuerst diese und starten Sie dann dieses Programm noch einmal.
fr.NoRuntime=Avatar Kiosk a besoin de Microsoft Visual C++ 14.28 ou plus récent (vc_redist.x64.exe de Visual Studio 2019 ou plus récent). Installez-le d'abord, puis relancez ce programme.
es.NoRuntime=Avatar Kiosk necesita Microsoft Visual C++ 14.28 o posterior (vc_redist.x64.exe de Visual Studio 2019 o posterior). Instálelo primero y vuelva a ejecutar este programa.
it.NoRuntime=Avatar Kiosk richiede Microsoft Visual C++ 14.28 o successivo (vc_redist.x64.exe di Visual Studio 2019 o successivo). Installarlo e poi avviare di nuovo questo programma.

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; GroupDescription: "{cm:AdditionalIcons}"
Name: "autostart"; Description: "{cm:AutoStart}"; Flags: unchecked

[InstallDelete]
; What an older version brought and this one does not.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Program}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs
Source: "{#Project}\LICENSE"; DestDir: "{app}"; DestName: "LICENSE.txt"; Flags: ignoreversion

[Icons]
Name: "{autoprograms}\Avatar Kiosk"; Filename: "{app}\avatar-kiosk.exe"
Name: "{autodesktop}\Avatar Kiosk"; Filename: "{app}\avatar-kiosk.exe"; Tasks: desktopicon
Name: "{commonstartup}\Avatar Kiosk"; Filename: "{app}\avatar-kiosk.exe"; Tasks: autostart

[Run]
Filename: "{app}\avatar-kiosk.exe"; Description: "{cm:LaunchProgram,Avatar Kiosk}"; Flags: postinstall nowait skipifsilent runasoriginaluser

[UninstallRun]
Filename: "{app}\avatar-kiosk.exe"; Parameters: "quit"; Flags: runhidden; RunOnceId: "quit"

[Code]
{ Qt and Python are made with it; Windows does not bring it. }
function RuntimeIsThere(): Boolean;
var
  Installed, Minor: Cardinal;
  Key: String;
begin
  Key := 'SOFTWARE\Microsoft\VisualStudio\14.0\VC\Runtimes\x64';
  Result := RegQueryDWordValue(HKLM64, Key, 'Installed', Installed) and (Installed = 1)
    and RegQueryDWordValue(HKLM64, Key, 'Minor', Minor) and (Minor >= 28);
end;

function InitializeSetup(): Boolean;
begin
  Result := RuntimeIsThere();
  if not Result then
    SuppressibleMsgBox(CustomMessage('NoRuntime'), mbCriticalError, MB_OK, IDOK);
end;

function PrepareToInstall(var NeedsRestart: Boolean): String;
var
  Kiosk: String;
  Code: Integer;
begin
  Kiosk := ExpandConstant('{app}\avatar-kiosk.exe');
  if FileExists(Kiosk) then
    Exec(Kiosk, 'quit', '', SW_HIDE, ewWaitUntilTerminated, Code);
  Result := '';
end;
