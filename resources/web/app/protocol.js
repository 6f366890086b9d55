/**
 * The messages that cross the bridge, as types. `kiosk/session/messages.py` is their source of truth: it parses
 * what the page posts strictly, so a field that is not named there makes the whole message invalid.
 * Durations are seconds, levels 0..1 RMS of full scale, volumes 0..1.
 */

export const PROTOCOL_VERSION = 1;

/** Longest text of a `said` message that Python accepts, in characters. */
export const SAID_LIMIT = 4000;

/** Longest text of a `log` message that Python accepts, in characters. */
export const LOG_LIMIT = 4000;

/**
 * @typedef {'disconnected'|'connecting'|'connected'|'reconnecting'|'failed'} ConnectionState
 * @typedef {'initialize'|'load-avatar'|'first-frame'|'connect'|'open-microphone'|'publish'|'reconnect'|'disconnect'|'dispose'} Operation
 * @typedef {'starting'|'idle'|'connecting'|'live'|'recovering'|'ending'|'offline'|'closed'|'faulted'} Screen
 * @typedef {{id: string, label: string, ordinal: number}} AudioDevice
 * @typedef {{name: string, message: string, status: number|null, reason: number|null}} PageError
 */

/**
 * @typedef {object} PlayerOptions
 * @property {'info'|'warning'|'error'|'none'} logLevel
 * @property {number} transitionStartFrameCount
 * @property {number} transitionEndFrameCount
 * @property {boolean} enableJitterBuffer
 * @property {number} maxBufferDelayMs
 */

/**
 * @typedef {object} AvatarSettings
 * @property {string} sdk
 * @property {1|2|3} generation
 * @property {string} appId
 * @property {string} avatarId
 * @property {'intl'|'cn'} environment
 * @property {string} region
 * @property {PlayerOptions} player
 */

/** @typedef {{echoCancellation: boolean, noiseSuppression: boolean, autoGainControl: boolean}} MicrophoneConstraints */

/**
 * @typedef {object} Appearance
 * @property {string} organisation
 * @property {string|null} logo
 * @property {string} accent
 * @property {string|null} background
 * @property {'dark'|'light'} theme
 * @property {string[]} languages
 * @property {boolean} captions
 * @property {string} contact
 */

/**
 * @typedef {object} Deadlines
 * @property {number} initialize
 * @property {number} loadAvatar
 * @property {number} firstFrame
 * @property {number} connect
 * @property {number} openMicrophone
 * @property {number} publish
 * @property {number} reconnect
 * @property {number} disconnect
 */

/**
 * @typedef {object} Configure
 * @property {'configure'} type
 * @property {number} v
 * @property {boolean} demo
 * @property {AvatarSettings} avatar
 * @property {string|null} serverUrl
 * @property {MicrophoneConstraints} microphone
 * @property {number} volume
 * @property {Appearance} appearance
 * @property {Deadlines} deadlines
 * @property {boolean} transcripts
 */

/**
 * @typedef {object} Connect
 * @property {'connect'} type
 * @property {string} attempt
 * @property {string} url
 * @property {string} token
 * @property {string} roomName
 * @property {AudioDevice|null} microphone
 * @property {string} language
 */

/**
 * @typedef {object} Present
 * @property {'present'} type
 * @property {Screen} screen
 * @property {string} sentence
 * @property {string|null} attempt
 * @property {string|null} agentState
 * @property {'live'|'muted'|'silent'|'missing'|'off'} microphone
 * @property {number|null} endsIn
 */

/**
 * @typedef {{type: 'prepare', sessionToken: string|null}} Prepare
 * @typedef {{type: 'set-session-token', sessionToken: string}} SetSessionToken
 * @typedef {{type: 'reconnect', attempt: string}} Reconnect
 * @typedef {{type: 'disconnect', attempt: string}} Disconnect
 * @typedef {{type: 'use-microphone', attempt: string, microphone: AudioDevice|null}} UseMicrophone
 * @typedef {{type: 'use-speaker', speaker: AudioDevice|null}} UseSpeaker
 * @typedef {Configure|Prepare|SetSessionToken|Connect|Reconnect|Disconnect|UseMicrophone|UseSpeaker|Present} Command
 */

/**
 * @typedef {{type: 'hello', v: number, livekitClient: string, chromium: string,
 *   features: {webgl2: boolean, encodedTransforms: boolean, softwareRendering: boolean}}} Hello
 * @typedef {{type: 'heartbeat', painted: number, framesPerSecond: number, renderedPerSecond: number,
 *   marker: boolean, contextLost: boolean}} Heartbeat
 * @typedef {{type: 'progress', operation: Operation, progress: number}} Progress
 * @typedef {{type: 'prepared', sdk: string, fallback: boolean, fallbackCause: string}} Prepared
 * @typedef {{type: 'operation-failed', operation: Operation, error: PageError, attempt: string|null,
 *   device?: string|null}} OperationFailed
 * @typedef {{type: 'connection-state-changed', attempt: string, state: ConnectionState}} ConnectionStateChanged
 * @typedef {{type: 'player-event', attempt: string, event: 'connected'|'disconnected'|'error'|'stalled',
 *   error: PageError|null, reason: number|null}} PlayerEvent
 * @typedef {{type: 'published', attempt: string, label: string}} Published
 * @typedef {{type: 'agent', attempt: string, present: boolean, audible: boolean, state: string|null}} Agent
 * @typedef {{type: 'first-sound', attempt: string}} FirstSound
 * @typedef {{type: 'activity', attempt: string|null, kind: 'visitor-speech'|'agent-speech'|'touch'}} Activity
 * @typedef {{type: 'devices', inputs: AudioDevice[], outputs: AudioDevice[],
 *   unnamed: boolean}} Devices
 * @typedef {{type: 'microphone', attempt: string|null, state: 'live'|'muted'|'ended'|'off', label: string|null,
 *   level: number}} MicrophoneChanged
 * @typedef {{type: 'intent', action: 'start'|'stop', language: string|null}} Intent
 * @typedef {{type: 'disposed', attempt: string}} Disposed
 * @typedef {{type: 'said', speaker: 'agent'|'visitor', text: string}} Said
 * @typedef {{type: 'log', level: 'debug'|'info'|'warning'|'error', text: string}} PageLog
 * @typedef {Hello|Heartbeat|Progress|Prepared|OperationFailed|ConnectionStateChanged|PlayerEvent|Published|Agent|
 *   FirstSound|Activity|Devices|MicrophoneChanged|Intent|Disposed|Said|PageLog} PageMessage
 */

/**
 * Hands a message to Python.
 * @callback Post
 * @param {PageMessage} message
 * @returns {void}
 */

/**
 * Writes a line to the kiosk's log: causes that the visitor only sees as a kind sentence.
 * @callback Log
 * @param {PageLog['level']} level
 * @param {string} text
 * @returns {void}
 */
