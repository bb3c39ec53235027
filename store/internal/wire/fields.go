package wire

import (
	"encoding/binary"
	"errors"
	"time"
)

// AppendString appends the length of s and s.
func AppendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// AppendStrings appends one string after the other.
func AppendStrings(b []byte, all ...string) []byte {
	for _, s := range all {
		b = AppendString(b, s)
	}
	return b
}

// AppendBool appends one byte, 1 for true.
func AppendBool(b []byte, v bool) []byte {
	if v {
		return append(b, 1)
	}
	return append(b, 0)
}

// AppendUint appends a number of as many bytes as it takes.
func AppendUint(b []byte, n uint64) []byte { return binary.AppendUvarint(b, n) }

// AppendTime appends an instant, to the nanosecond.
func AppendTime(b []byte, t time.Time) []byte {
	return binary.AppendUvarint(binary.AppendVarint(b, t.Unix()), uint64(t.Nanosecond()))
}

// ErrRecord is what a [Reader] says of fields that do not hold together.
var ErrRecord = errors.New("the record does not hold together")

// Reader takes fields off the front of B; the first mistake sticks, and what is read after it is zero.
type Reader struct {
	B   []byte
	Err error
}

func (r *Reader) fail() { r.Err, r.B = ErrRecord, nil }

// Uint reads what AppendUint wrote.
func (r *Reader) Uint() uint64 {
	v, n := binary.Uvarint(r.B)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.B = r.B[n:]
	return v
}

func (r *Reader) int() int64 {
	v, n := binary.Varint(r.B)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.B = r.B[n:]
	return v
}

// Bool reads what AppendBool wrote.
func (r *Reader) Bool() bool {
	if len(r.B) == 0 || r.B[0] > 1 {
		r.fail()
		return false
	}
	v := r.B[0] == 1
	r.B = r.B[1:]
	return v
}

// Bytes reads n bytes, which stay part of B.
func (r *Reader) Bytes(n uint64) []byte {
	if n > uint64(len(r.B)) {
		r.fail()
		return nil
	}
	b := r.B[:n:n]
	r.B = r.B[n:]
	return b
}

// String reads what AppendString wrote.
func (r *Reader) String() string { return string(r.Bytes(r.Uint())) }

// Time reads what AppendTime wrote, in UTC.
func (r *Reader) Time() time.Time {
	sec, nsec := r.int(), r.Uint()
	if nsec >= uint64(time.Second) {
		r.fail()
	}
	if r.Err != nil {
		return time.Time{}
	}
	return time.Unix(sec, int64(nsec)).UTC()
}

// Rest returns all that is left; never nil.
func (r *Reader) Rest() []byte {
	b := r.B
	r.B = nil
	if b == nil {
		b = []byte{}
	}
	return b
}

// End says whether everything was read, and well.
func (r *Reader) End() error {
	if r.Err == nil && len(r.B) > 0 {
		r.fail()
	}
	return r.Err
}
