/**
 * Who in a room is the avatar: whose sound is played, whose frames are counted. Pure.
 *
 * A room's other participants are never heard: another kiosk, a technician listening in, or the visitor's own
 * microphone coming back by another connection.
 *
 * @typedef {object} Member
 * @property {string} identity
 * @property {boolean} isAgent participant of kind AGENT
 * @property {string | undefined} speaksFor identity it publishes for (`lk.publish_on_behalf`): then it is an avatar worker
 * @property {string | undefined} agentState `lk.agent.state`
 * @property {readonly MemberTrack[]} tracks
 *
 * @typedef {object} MemberTrack
 * @property {string} sid
 * @property {'audio' | 'video'} kind
 * @property {boolean} isVoice published as a microphone (an agent may also play music)
 * @property {boolean} isSubscribed its media arrives
 * @property {boolean} isMuted
 *
 * @typedef {object} Casting
 * @property {readonly string[]} wanted track sids to be subscribed
 * @property {readonly string[]} unwanted track sids to be unsubscribed
 * @property {readonly string[]} audible subscribed tracks to be played
 * @property {string | null} voice the track that moves the lips
 * @property {string | null} motion the track whose frames are counted
 * @property {boolean} motionExpected frames ought to arrive now
 * @property {string | null} agent identity of the one the visitor talks with; null: none is there
 * @property {string | null} agentState
 */

/**
 * Two agents that both answer would be understood by nobody: the visitor talks with one of them, and it stays the one
 * for as long as it is in the room. Only what this one lacks, a sound or pictures, may come from another.
 * @param {readonly Member[]} members remote participants
 * @param {string | null} [known] identity of the one so far
 * @returns {Casting}
 */
export function castingFor(members, known = null) {
  const everyAgent = members.filter((member) => member.isAgent);
  const selves = everyAgent.filter((agent) => !agent.speaksFor);
  const one = selves.find((agent) => agent.identity === known) ?? selves[0];
  const ours = everyAgent.filter((agent) => !one || agent === one || agent.speaksFor === one.identity);
  const agents = ours.some(hasAudio) ? ours : everyAgent;
  const workers = agents.filter((agent) => agent.speaksFor && hasAudio(agent));
  const spokenFor = new Set(workers.map((worker) => worker.speaksFor));
  // An agent whose worker speaks for it would be heard twice.
  const speakers = agents.filter((agent) => !spokenFor.has(agent.identity));
  const audible = speakers.flatMap((agent) => agent.tracks.filter((track) => track.kind === 'audio'));
  const byWorkerFirst = [...speakers].sort(
    (a, b) => Number(Boolean(b.speaksFor)) - Number(Boolean(a.speaksFor)),
  );
  const voices = byWorkerFirst.flatMap((agent) =>
    agent.tracks.filter((track) => track.kind === 'audio' && track.isSubscribed),
  );
  const voice = voices.find((track) => track.isVoice) ?? voices[0];
  const movers = ours.some(hasVideo) ? ours : everyAgent;
  const moving = [...movers].sort((a, b) => Number(Boolean(b.speaksFor)) - Number(Boolean(a.speaksFor)));
  const picture = moving
    .flatMap((agent) => agent.tracks)
    .find((track) => track.kind === 'video' && track.isSubscribed);
  const motion = picture ?? voice;
  const wanted = [
    ...audible,
    ...movers.flatMap((agent) => agent.tracks.filter((track) => track.kind === 'video')),
  ];
  const wantedSids = new Set(wanted.map((track) => track.sid));
  const all = members.flatMap((member) => member.tracks);
  return {
    wanted: [...wantedSids],
    unwanted: all.filter((track) => !wantedSids.has(track.sid)).map((track) => track.sid),
    audible: audible.filter((track) => track.isSubscribed).map((track) => track.sid),
    voice: voice?.sid ?? null,
    motion: motion?.sid ?? null,
    motionExpected: motion !== undefined && !motion.isMuted,
    agent: one?.identity ?? null,
    agentState: (one ?? everyAgent[0])?.agentState ?? null,
  };
}

/** @param {Member} member */
function hasAudio(member) {
  return member.tracks.some((track) => track.kind === 'audio');
}

/** @param {Member} member */
function hasVideo(member) {
  return member.tracks.some((track) => track.kind === 'video');
}
