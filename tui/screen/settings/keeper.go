package settings

import (
	"context"
	"time"

	"beckon/model"
	"beckon/tui/conflict"
)

// Keeper is where the settings are kept. Its methods are called from commands
// with a context that ends with the session.
type Keeper interface {
	// Settings reads the settings as they are now, with the catalog that they
	// are checked against.
	Settings(ctx context.Context) (Loaded, error)
	// Put writes the settings in place of the version that the edit names. If
	// that is no longer the present one, the error is a *[Conflict].
	Put(ctx context.Context, e Edit) (Version, error)
	// Next returns what was written behind a revision, at once or as soon as
	// there is something.
	Next(ctx context.Context, after uint64) (News, error)
}

// Version says who wrote the settings, when, and what for.
type Version struct {
	Revision uint64 // of the store when they were written; 0: never yet
	Author   string
	Why      string
	At       time.Time
}

// Loaded are the settings at one revision of the store, Catalog.Revision.
type Loaded struct {
	Catalog *model.Catalog
	Version Version
}

// Edit is one change of the settings.
type Edit struct {
	Settings *model.Settings
	Base     uint64 // the version that it replaces, 0 for none
	Why      string
	// Changes are the fields that differ, for the audit.
	Changes []Field
}

// Field is one field that changed, with its values in words.
type Field struct{ Element, Old, New string }

// News is what was written behind a revision.
type News struct {
	Revision uint64
	// Settings are the present ones if they were written, else nil.
	Settings *model.Settings
	Version  Version
	// Reload says that everything has to be read again.
	Reload bool
}

// Conflict refuses an edit whose base is no longer the present version.
type Conflict = conflict.Conflict
