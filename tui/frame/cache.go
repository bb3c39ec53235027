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
