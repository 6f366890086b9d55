/**
 * The seam between a session and what it talks with. `RoomWatch` implements it over a LiveKit room, the demo over its
 * own peer connection; the session does not know which.
 *
 * @typedef {{present: boolean, audible: boolean, state: string|null}} AgentView
 *   `state` is LiveKit's `lk.agent.state`: initializing, idle, listening, thinking, speaking
 *
 * @typedef {{segment: string, speaker: 'agent'|'visitor', text: string, final: boolean}} CaptionUpdate
 *   the whole text of a segment so far
 *
 * @typedef {object} WatchCallbacks
 * @property {(agent: AgentView) => void} agent  on every change
 * @property {(update: CaptionUpdate) => void} caption
 * @property {(level: 'debug'|'info'|'warning'|'error', text: string) => void} log
 *
 * @typedef {object} Watch
 * @property {() => void} sync  looks whether the provider has another connection now; cheap, called often
 * @property {() => RTCRtpReceiver[]} audioReceivers  the sound that is played to the visitor
 * @property {() => RTCRtpReceiver[]} videoReceivers  what carries the avatar's motion
 * @property {() => number|null} disconnectReason  livekit-client's number for the last disconnect, if it told one
 * @property {(volume: number) => void} setVolume  0..1
 * @property {(sinkId: string) => void} setSpeaker  empty: the system's default
 * @property {() => void} playAgain  finds the way back to an output that was lost
 * @property {() => void} close
 */

export {};
