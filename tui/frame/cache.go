package frame

// Key is everything that a picture depends on. Equal keys mean equal rows.
type Key struct {
	Version uint64 // of the content: grows with every change
	W, H    int
	Focused bool
	Look    uint32 // of the theme
	Extra   uint64 // whatever else: a phase, a mode
}

// Cache keeps the last picture of one pane. The zero value is empty and
// ready. It is not safe for concurrent use: a pane belongs to one program.
type Cache struct {
	key  Key
	rows Rows
	full bool
}

// Rows gives the kept picture while the key is the same, and draws it anew
// when it is not.
func (c *Cache) Rows(key Key, draw func() Rows) Rows {
	if !c.full || c.key != key {
		c.rows, c.key, c.full = draw(), key, true
	}
	return c.rows
}

// Drop forgets the picture.
func (c *Cache) Drop() { *c = Cache{} }

// Joint keeps a picture that is made of others, of which as a rule one changed,
// and in that a row. The zero value is empty and ready; like a [Cache] it belongs
// to one program.
type Joint struct {
	parts []Rows
	rows  Rows
}

// Beside is [Beside]. Rows whose parts are what they were stay.
func (j *Joint) Beside(parts ...Rows) Rows {
	if len(parts) < 2 {
		j.Drop()
		return Beside(parts...)
	}
	was := Joint{j.parts, j.rows}
	if len(was.parts) == len(parts) && len(was.rows) == len(parts[0]) {
		same := true
		for i := range parts {
			same = same && Same(parts[i], was.parts[i])
		}
		if same {
			return j.rows
		}
	} else {
		was = Joint{}
	}
	j.parts, j.rows = append(make([]Rows, 0, len(parts)), parts...), make(Rows, len(parts[0]))
	for i := range j.rows {
		same := was.rows != nil
		for n := range parts {
			same = same && i < len(parts[n]) && i < len(was.parts[n]) && parts[n][i] == was.parts[n][i]
		}
		if same {
			j.rows[i] = was.rows[i]
		} else {
			j.rows[i] = besideRow(parts, i)
		}
	}
	return j.rows
}

// Drop forgets the picture.
func (j *Joint) Drop() { *j = Joint{} }

// Same tells whether two pictures are one, or equal because both are empty.
func Same(a, b Rows) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}
