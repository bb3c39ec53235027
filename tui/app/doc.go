// Package app is the console's shell: the one tea.Model, which routes, and
// everything around a screen: tabs, breadcrumb, footer, filter, palette, help,
// messages and dialogs.
//
// A key goes to the top dialog, else to the line being typed, else through
// the catalogue to the shell or to the present screen, as an action. A message
// that is not the shell's goes to every screen that was opened. Drawing asks
// the screen for its rows and joins them with the rows around it; what did not
// change is never drawn again.
//
// The shell knows no screen: they are given to [New]. Nothing here reads a
// clock, a file or the environment; see pane.Session. Begin with [Root.Update]
// in root.go, then view.go.
package app
