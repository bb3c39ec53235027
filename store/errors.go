package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"beckon/model/text"
)

// The errors of every store; test with errors.Is. Those with details also have a type, for errors.As.
var (
	ErrNotFound    = errors.New("no such document")
	ErrNoRevision  = errors.New("no such revision")
	ErrConflict    = errors.New("the document was changed by someone else") // as *ConflictError
	ErrInvalid     = errors.New("invalid change")                           // names the field
	ErrTooLarge    = errors.New("too large")                                // names the field and the limit
	ErrReadOnly    = errors.New("the store takes no changes now")           // wraps the cause
	ErrFull        = errors.New("no room left in the store")                // disk full, or the size limit reached
	ErrCorrupt     = errors.New("the store is damaged")                     // as *CorruptError
	ErrNewerFormat = errors.New("the store was written by a newer Beckon")  // as *NewerFormatError
	ErrInUse       = errors.New("the store is in use by another process")   // as *InUseError
	ErrClosed      = errors.New("the store is closed")                      //

	// Those of a store that lies on other machines. ErrReadOnly is there, too: nothing was written then.
	ErrAway    = errors.New("the store cannot be reached")
	ErrUnknown = errors.New("the store stopped answering while the change was written: it may be there or not, look before you write it again")
)

// shown is how many runes of a name an error shows.
const shown = 300

// ConflictError refuses a write whose base is no longer the living version. Nothing of the change was written.
type ConflictError struct {
	Mine   Document // what was to be written; its Revision is the base that it named
	Theirs Document // what is there: the newest version, possibly a deleted one; Revision 0 if there never was one
}

// Ref names the document in conflict.
func (e *ConflictError) Ref() Ref { return Ref{e.Mine.Kind, e.Mine.ID} }

func (e *ConflictError) Error() string {
	what, who := e.Ref(), text.Line(e.Theirs.Author, shown)
	switch {
	case e.Theirs.Revision == 0:
		return fmt.Sprintf("%s: there is no such document to change at revision %d", what, e.Mine.Revision)
	case e.Theirs.Deleted:
		return fmt.Sprintf("%s: deleted by %s at revision %d, this change was made to revision %d",
			what, who, e.Theirs.Revision, e.Mine.Revision)
	case e.Mine.Revision == 0:
		return fmt.Sprintf("%s: there is one already, written by %s at revision %d", what, who, e.Theirs.Revision)
	}
	return fmt.Sprintf("%s: changed by %s at revision %d, this change was made to revision %d",
		what, who, e.Theirs.Revision, e.Mine.Revision)
}

// Is makes errors.Is(err, ErrConflict) true.
func (e *ConflictError) Is(target error) bool { return target == ErrConflict }

// CorruptError says where a store is damaged.
type CorruptError struct {
	Place  string // the file or the address
	Bucket string // the part of the store; empty where the damage is below such parts
	Key    string // the key in it, raw; empty where no single key is meant
	Reason string // what does not hold
	Cause  error  // the error beneath, if there was one
}

func (e *CorruptError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s is damaged", text.Line(e.Place, shown))
	if e.Bucket != "" {
		fmt.Fprintf(&b, " at %s", text.Line(e.Bucket, shown))
	}
	if e.Key != "" {
		fmt.Fprintf(&b, " %s", keyWords(e.Key))
	}
	fmt.Fprintf(&b, ": %s", e.Reason)
	if e.Cause != nil {
		fmt.Fprintf(&b, ": %v", e.Cause)
	}
	b.WriteString("; keep the file and restore the last backup")
	return b.String()
}

// keyWords writes a raw key as it can be read: what parts its names as a slash, and the number that some end with in digits.
func keyWords(key string) string {
	var number string
	if n := len(key) - 8; n >= 0 && key[n] == 0 && (n == 0 || key[n-1] == 0) { // no name begins with a zero
		number = strconv.FormatUint(binary.BigEndian.Uint64([]byte(key[n:])), 10)
		key = key[:n]
	}
	names := strings.ReplaceAll(strings.TrimSuffix(key, "\x00"), "\x00", "/")
	return text.Line(strings.TrimSpace(names+" "+number), shown)
}

// Is makes errors.Is(err, ErrCorrupt) true.
func (e *CorruptError) Is(target error) bool { return target == ErrCorrupt }

func (e *CorruptError) Unwrap() error { return e.Cause }

// NewerFormatError refuses a store whose format this program does not know yet.
type NewerFormatError struct {
	Place string
	Found int // the format of the store
	Known int // the newest one that this program reads
}

func (e *NewerFormatError) Error() string {
	return fmt.Sprintf("%s has format %d and this Beckon reads formats up to %d: use the newer Beckon that wrote it", text.Line(e.Place, shown), e.Found, e.Known)
}

// Is makes errors.Is(err, ErrNewerFormat) true.
func (e *NewerFormatError) Is(target error) bool { return target == ErrNewerFormat }

// InUseError says who holds a store that only one process can hold.
type InUseError struct {
	Place   string
	PID     int       // 0: not known
	Since   time.Time // zero: not known
	Address string    // where that process serves operators; empty: nowhere
}

func (e *InUseError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s is in use by ", text.Line(e.Place, shown))
	if e.PID == 0 {
		b.WriteString("another process")
	} else {
		fmt.Fprintf(&b, "process %d", e.PID)
	}
	if !e.Since.IsZero() {
		fmt.Fprintf(&b, " since %s", e.Since.UTC().Format("2006-01-02 15:04:05 UTC"))
	}
	if e.Address != "" {
		fmt.Fprintf(&b, ", serving %s: connect there with ssh, or stop it", text.Line(e.Address, shown))
	} else {
		b.WriteString(": stop it, or use another store")
	}
	return b.String()
}

// Is makes errors.Is(err, ErrInUse) true.
func (e *InUseError) Is(target error) bool { return target == ErrInUse }
