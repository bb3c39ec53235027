package engine

// recent remembers what was looked up lately. Where more is met than can be
// remembered, what is met again and again stays: when as many are new as it may
// hold, those are forgotten that were not looked up since the time before. Most of
// what is looked up is in now; what is not is asked for with recall.
type recent[V any] struct {
	now, before map[string]V
	bound       int // of either
	forgotten   []V // not again yet
}

// recall looks up what is not in now among those from before.
func (m *recent[V]) recall(key []byte) (V, bool) {
	v, ok := m.before[string(key)]
	if ok {
		delete(m.before, string(key))
		m.put(key, v)
	}
	return v, ok
}

func (m *recent[V]) put(key []byte, v V) {
	switch {
	case m.now == nil:
		m.now = make(map[string]V)
	case len(m.now) >= m.bound:
		for _, old := range m.before {
			m.forgotten = append(m.forgotten, old)
		}
		clear(m.before)
		if m.before == nil {
			m.before = make(map[string]V)
		}
		m.now, m.before = m.before, m.now
	}
	m.now[string(key)] = v
}

// again returns something that was forgotten, to be made use of again. It is
// nothing that was looked up last.
func (m *recent[V]) again() (v V, ok bool) {
	n := len(m.forgotten) - 1
	if n < 0 {
		return v, false
	}
	v = m.forgotten[n]
	m.forgotten = m.forgotten[:n]
	return v, true
}
