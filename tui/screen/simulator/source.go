package simulator

import (
	"context"

	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
)

// Source is what the screen needs of the world. Its methods are called from
// commands, never from Update, and may take long.
type Source interface {
	// Engine compiles the catalog as it stands now. The same engine again says
	// that nothing changed.
	Engine(context.Context) (*engine.Engine, error)
	// Catalogs lists what else a journey can be replayed through: the operator's
	// drafts, and earlier revisions, the last first.
	Catalogs(context.Context) ([]Catalog, error)
	// CatalogAt tells which revision was in force at an instant. The error is
	// ErrNotYet where there was no catalog then.
	CatalogAt(context.Context, journey.Instant) (Catalog, error)
	// EngineOf compiles one of them. The same engine again says that nothing
	// changed; ErrNoCatalog says that it is not there any more.
	EngineOf(context.Context, Catalog) (*engine.Engine, error)
	// Journeys lists the library, the best to begin with first.
	Journeys(context.Context) ([]Journey, error)
	// Load reads a journey of the library.
	Load(ctx context.Context, id string) (*Recording, error)
	// SaveJourney keeps visitors as a journey of the library. Where there is one
	// of this name it is replaced only if that is asked for; else the error is
	// ErrTaken.
	SaveJourney(ctx context.Context, name string, visitors []Visitor, replace bool) (Journey, error)
	// CopyJourney keeps a copy under another name, RenameJourney the journey
	// itself. The error is ErrTaken where there is one of that name.
	CopyJourney(ctx context.Context, id, name string) (Journey, error)
	RenameJourney(ctx context.Context, id, name string) (Journey, error)
	// DeleteJourney takes a journey out of the library.
	DeleteJourney(ctx context.Context, id string) error
	// Scenarios reads the store's scenarios.
	Scenarios(context.Context) ([]replay.Kept, error)
	// KeepScenario keeps one under an ID, which it makes of the name where none
	// is given, and returns. Where there is one of it, it is replaced only if that
	// is asked for; else the error is ErrTaken.
	KeepScenario(ctx context.Context, id string, s *replay.Scenario, replace bool) (string, error)
	// DropScenario deletes one.
	DropScenario(ctx context.Context, id string) error
	// WriteScenario writes one to a file, and returns its whole path. A file that
	// is there is replaced only if that is asked for; else the error is ErrTaken.
	WriteScenario(ctx context.Context, path string, s *replay.Scenario, replace bool) (string, error)
	// Seen gives the events of the library's journeys, whose pages and products
	// are offered to choose from.
	Seen(ctx context.Context) ([]*journey.Event, error)
	// ReadFile reads a file that the operator names; the URLs of a log begin with
	// host. The error is a [site.Needed] where that is needed and empty. A source
	// that must not read files (for operators who are elsewhere) refuses with an
	// error that says so.
	ReadFile(ctx context.Context, path, host string) (*Recording, error)
}

// Journey is one entry of the library.
type Journey struct {
	ID   string
	Name string
	// About says in a sentence what it is for.
	About string
}

// Recording is what was read: visitors with their events in order. Where a
// file holds more visitors than can be kept, a source leaves the rest out and
// says how many in Left; lines that became no event it counts in Lost.
type Recording struct {
	Name     string
	ID       string // of a journey of the library; empty: it is from elsewhere
	Visitors []Visitor
	Left     int
	Lost     Lost

	counted bool // the visitors' displays are known
}

// Visitor is one visitor's journey.
type Visitor struct {
	ID     string
	Events []*journey.Event

	displays int // where the recording's are counted
}

// Watch is what another screen hands over to have a recording played: from
// which visitor and instant on, and with which engagement in view. All but the
// recording may be left out.
type Watch struct {
	Recording  *Recording
	Visitor    string
	At         journey.Instant
	Engagement string // "campaign/engagement"

	// How it is replayed; the zero values are how a recording is played that
	// nothing is said of.
	Seed    uint64
	Policy  replay.Policy
	Catalog Catalog

	stays bool // what is opened next goes through the catalog, too
}
