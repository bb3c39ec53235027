package simulator

import (
	"context"
	"errors"

	"beckon/model"
	"beckon/model/engine"
)

// Exchange is how hosts let each other see simulators. What is posted under a
// name is there until it is taken away, or the host is gone that made the name.
type Exchange interface {
	// Post says something in place of what has the mark base, 0 where there is
	// nothing; the error is ErrReplaced where there is something else.
	Post(ctx context.Context, name string, body []byte, base uint64) (mark uint64, err error)
	// Unpost takes away what is posted under names that begin so.
	Unpost(ctx context.Context, under string) error
	// Follow tells what is posted under names that begin so.
	Follow(ctx context.Context, under string) (Postings, error)

	// RevisionOf tells which revision of the catalog that all hosts have an
	// engine was compiled of; 0: of another catalog.
	RevisionOf(*engine.Engine) uint64
	// EngineAt compiles a revision, and Compile a catalog that came over.
	EngineAt(ctx context.Context, revision uint64) (*engine.Engine, error)
	Compile(*model.Catalog) (*engine.Engine, error)
}

// Postings are what an exchange tells of some names.
type Postings interface {
	// Next waits for the next state of them all, in order of name. The error is
	// ErrCutOff once while it cannot be heard; the next call waits until it can.
	Next(context.Context) ([]Posting, error)
	Close() error
}

// Posting is what is posted under a name.
type Posting struct {
	Name string
	Body []byte
	Mark uint64
}

// MaxPosting is how many bytes are posted under one name at most.
const MaxPosting = 256 << 10

// The errors of an exchange.
var (
	ErrReplaced = errors.New("something else is posted by now")
	ErrCutOff   = errors.New("the other hosts cannot be reached")
)
