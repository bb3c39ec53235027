package etcdstore

import (
	"bytes"
	"cmp"
	"container/list"
	"context"
	"sync"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"beckon/store/internal/wire"
)

const (
	// cacheBytes is how much of bodies and audit is kept in memory. Parts never change, so that what is kept is right.
	cacheBytes = 64 << 20
	// fetchBytes is how much is asked for at a time, where sizes are known.
	fetchBytes = 2 << 20
)

// wanted names a part and how large it is about.
type wanted struct {
	name string // in its envelope
	key  string // where it lies, if that is another name
	size int
}

// fetch reads parts, in the order that they are asked for. Fresh ones come from etcd, whatever is in memory.
func (s *Store) fetch(ctx context.Context, fresh bool, wants []wanted) ([][]byte, error) {
	out := make([][]byte, len(wants))
	var missing []int
	for i, w := range wants {
		if body, ok := s.parts.get(w.name); ok && !fresh {
			out[i] = body
		} else {
			missing = append(missing, i)
		}
	}
	for len(missing) > 0 {
		n, size := 0, 0
		var names []string
		for n < len(missing) && n < requestOps && (n == 0 || size+wants[missing[n]].size <= fetchBytes) {
			names = append(names, cmp.Or(wants[missing[n]].key, wants[missing[n]].name))
			size += wants[missing[n]].size
			n++
		}
		values, err := s.values(ctx, names)
		if err != nil {
			return nil, err
		}
		for k, i := range missing[:n] {
			name := wants[i].name
			payload, err := s.unseal(name, values[k])
			if err != nil {
				return nil, err
			}
			s.parts.put(name, payload)
			out[i] = bytes.Clone(payload)
		}
		missing = missing[n:]
	}
	return out, nil
}

// values reads parts as they lie there: from the member at hand, and where it has not got them yet, by way of the quorum.
func (s *Store) values(ctx context.Context, names []string) (out [][]byte, err error) {
	err = s.ask(ctx, s.pace.try, s.pace.commit, func(ctx context.Context, limit time.Duration) error {
		out, err = s.valuesFrom(ctx, limit, true, names)
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, value := range out {
		if value == nil {
			err = s.ask(ctx, s.pace.try, s.pace.commit, func(ctx context.Context, limit time.Duration) error {
				out, err = s.valuesFrom(ctx, limit, false, names)
				return err
			})
			return out, err
		}
	}
	return out, nil
}

func (s *Store) valuesFrom(ctx context.Context, limit time.Duration, local bool, names []string) ([][]byte, error) {
	gets := make([]clientv3.Op, len(names))
	for i, name := range names {
		gets[i] = clientv3.OpGet(s.keys.part(name))
	}
	got, err := s.read(ctx, limit, local, gets...)
	if err != nil {
		return nil, err
	}
	out := make([][]byte, len(names))
	for i, kvs := range got {
		if len(kvs) > 0 {
			out[i] = append([]byte{}, kvs[0].Value...)
		}
	}
	return out, nil
}

func (s *Store) unseal(name string, value []byte) ([]byte, error) {
	if value == nil {
		return nil, s.corrupt(placeParts, name, "it is missing")
	}
	payload, err := wire.Unseal(placeParts, []byte(name), value)
	if err != nil {
		return nil, s.corrupt(placeParts, name, "%v", err)
	}
	return payload, nil
}

// joined reads a payload that lies in pieces.
func (s *Store) joined(ctx context.Context, fresh bool, name string, n uint64) ([]byte, error) {
	if payload, ok := s.parts.get(name); ok && !fresh {
		return payload, nil
	}
	var whole []byte
	for i := range n {
		values, err := s.values(ctx, []string{pieceName(name, int(i))})
		if err != nil {
			return nil, err
		}
		if values[0] == nil {
			return nil, s.corrupt(placeParts, pieceName(name, int(i)), "it is missing")
		}
		whole = append(whole, values[0]...)
	}
	payload, err := s.unseal(name, whole)
	if err == nil {
		s.parts.put(name, payload)
	}
	return payload, err
}

// cache keeps parts that were read last. The zero value works.
type cache struct {
	mu    sync.Mutex
	of    map[string]*list.Element
	order list.List // of kept, the one used last in front
	size  int
}

type kept struct {
	name string
	body []byte
}

// get returns a copy, the caller's own.
func (c *cache) get(name string) ([]byte, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.of[name]
	if !ok {
		return nil, false
	}
	c.order.MoveToFront(e)
	return append([]byte{}, e.Value.(kept).body...), true
}

func (c *cache) put(name string, body []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of == nil {
		c.of = map[string]*list.Element{}
	}
	if _, ok := c.of[name]; ok {
		return
	}
	c.of[name] = c.order.PushFront(kept{name, body})
	for c.size += len(body) + len(name); c.size > cacheBytes && c.order.Len() > 1; {
		last := c.order.Remove(c.order.Back()).(kept)
		delete(c.of, last.name)
		c.size -= len(last.body) + len(last.name)
	}
}
