package engine

// Version names what the engine's decisions mean. It is raised with every change
// by which the same catalog and the same events can give another decision, so
// that what was approved by one engine is not published on another unseen.
const Version = "1"
