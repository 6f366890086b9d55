<#
.SYNOPSIS
    Builds the program and its installer on Windows: dist\avatar-kiosk-VERSION-windows-x86_64.exe.

.DESCRIPTION
    Needs Python 3.12 or newer, Node.js 20 or newer with npm, and Inno Setup 6.3 or newer; to sign, the Windows SDK.
    Written from the documents of its tools; it has not been run.

.PARAMETER Python
    The Python to build with.

.PARAMETER Certificate
    Thumbprint of a code signing certificate in the user's store. Without it nothing is signed, and Windows warns
    whoever starts the installer.

.PARAMETER Timestamp
    Server that attests when it was signed, so that the signature outlives the certificate.
#>
[CmdletBinding()]
param(
    [string] $Python = 'python',
    [string] $Certificate = '',
    [string] $Timestamp = 'http://timestamp.digicert.com'
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$Project = Resolve-Path (Join-Path $PSScriptRoot '..\..')
$Environment = Join-Path $Project '.venv-build'
$Dist = Join-Path $Project 'dist'
$Program = Join-Path $Dist 'avatar-kiosk'

# Runs a program and stops when it fails: PowerShell itself goes on.
function Invoke-Tool {
    param([Parameter(Mandatory)] [string] $Tool, [string[]] $Arguments)
    & $Tool @Arguments
    if ($LASTEXITCODE -ne 0) { throw "$Tool failed with exit code $LASTEXITCODE." }
}

function Find-Tool {
    param([Parameter(Mandatory)] [string] $Name, [string[]] $Folders, [Parameter(Mandatory)] [string] $Advice)
    $found = Get-Command $Name -ErrorAction SilentlyContinue
    if ($found) { return $found.Source }
    foreach ($folder in $Folders) {
        $there = Get-ChildItem -Path (Join-Path $folder $Name) -ErrorAction SilentlyContinue | Select-Object -Last 1
        if ($there) { return $there.FullName }
    }
    throw "$Name was not found. $Advice"
}

function Add-Signature {
    param([Parameter(Mandatory)] [string[]] $Files)
    if (-not $Certificate) { return }
    $signtool = Find-Tool 'signtool.exe' @("${env:ProgramFiles(x86)}\Windows Kits\10\bin\10.*\x64") 'Install the Windows SDK.'
    Invoke-Tool $signtool (@('sign', '/sha1', $Certificate, '/fd', 'SHA256', '/tr', $Timestamp, '/td', 'SHA256') + $Files)
}

$iscc = Find-Tool 'ISCC.exe' @("${env:ProgramFiles(x86)}\Inno Setup 6") 'Install Inno Setup 6.3 or newer.'
$null = Find-Tool 'npm.cmd' @() 'Install Node.js 20 or newer.' # PyInstaller's rules call it

if (-not (Test-Path (Join-Path $Environment 'Scripts\python.exe'))) {
    Invoke-Tool $Python @('-m', 'venv', $Environment)
}
$BuildPython = Join-Path $Environment 'Scripts\python.exe'
Invoke-Tool $BuildPython @(
    '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--only-binary', ':all:',
    '--constraint', (Join-Path $Project 'packaging\constraints.txt'), '--editable', "${Project}[build]"
)

Invoke-Tool $BuildPython @(
    '-m', 'PyInstaller', '--noconfirm', '--distpath', $Dist, '--workpath', (Join-Path $Project 'build\pyinstaller'),
    (Join-Path $Project 'packaging\pyinstaller\avatar-kiosk.spec')
)

# Chromium's own processes run from a program of their own, which Windows asks about as well.
$webProcess = Get-ChildItem -Path $Program -Recurse -Filter 'QtWebEngineProcess.exe' | Select-Object -First 1
if (-not $webProcess) { throw "QtWebEngineProcess.exe is not in $Program; the page could not be shown." }
Add-Signature @((Join-Path $Program 'avatar-kiosk.exe'), $webProcess.FullName)

$Version = & $BuildPython -c 'import kiosk; print(kiosk.__version__)'
Invoke-Tool $iscc @("/DVersion=$Version", (Join-Path $PSScriptRoot 'installer.iss'))
$Installer = Join-Path $Dist "avatar-kiosk-$Version-windows-x86_64.exe"
Add-Signature @($Installer)
Write-Output $Installer
