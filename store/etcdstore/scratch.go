package etcdstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"

	"beckon/store"
)

const (
	scrapsPage = 8   // how many scraps are read at a time: they may be large
	ownersPage = 100 // how many owners are told at a time: each takes a request
)

// PutScrap implements [store.Scratch]. An owner writes one after the other, so that sending a scrap again does no harm.
func (s *Store) PutScrap(ctx context.Context, e store.Scrap) error {
	if err := e.Validate(); err != nil {
		return err
	}
	value := string(sealScrap(e))
	return s.replace(ctx, func(ctx context.Context) error {
		_, err := s.client.Put(ctx, s.keys.scratch(e.Owner, e.Key), value)
		return err
	})
}

// DropScrap implements [store.Scratch].
func (s *Store) DropScrap(ctx context.Context, owner, key string) error {
	return s.replace(ctx, func(ctx context.Context) error {
		_, err := s.client.Delete(ctx, s.keys.scratch(owner, key))
		return err
	})
}

// TakeScrap implements [store.Scratch]. Where the answer is lost and the request is sent again, the scrap is nobody's: that is
// better than to be two's.
func (s *Store) TakeScrap(ctx context.Context, owner, key string) (store.Scrap, error) {
	var taken []*mvccpb.KeyValue
	if err := s.replace(ctx, func(ctx context.Context) error {
		got, err := s.client.Delete(ctx, s.keys.scratch(owner, key), clientv3.WithPrevKV())
		if err == nil {
			taken = got.PrevKvs
		}
		return err
	}); err != nil {
		return store.Scrap{}, err
	}
	if len(taken) == 0 {
		return store.Scrap{}, fmt.Errorf("scrap %s: %w", store.Ref{Kind: owner, ID: key}, store.ErrNotFound)
	}
	return s.openScrap(taken[0])
}

// replace writes outside of the commits, once the cluster is known to be there.
func (s *Store) replace(ctx context.Context, request func(ctx context.Context) error) error {
	if err := s.writable(ctx); err != nil {
		return err
	}
	err := s.send(ctx, request)
	if errors.Is(err, store.ErrAway) {
		s.reach.set(err)
		return fmt.Errorf("%w: %w", store.ErrUnknown, err)
	}
	return err
}

// Scraps implements [store.Scratch].
func (s *Store) Scraps(ctx context.Context, owner, after string) (out []store.Scrap, err error) {
	if err := store.CheckName("owner", owner); err != nil {
		return nil, err
	}
	first := s.keys.scratch(owner, "")
	from := first
	if after != "" {
		from = s.keys.scratch(owner, after) + "\x00"
	}
	kvs, err := s.scraps(ctx, clientv3.OpGet(from, clientv3.WithRange(clientv3.GetPrefixRangeEnd(first)), clientv3.WithLimit(scrapsPage)))
	if err != nil {
		return nil, err
	}
	for _, kv := range kvs {
		e, err := s.openScrap(kv)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

func (s *Store) openScrap(kv *mvccpb.KeyValue) (store.Scrap, error) {
	name := s.scrapName(kv)
	e, err := openScrap(name, kv.Value)
	if err == nil {
		err = e.Validate()
	}
	if err != nil {
		return store.Scrap{}, s.corrupt(placeScratch, name, "%v", err)
	}
	return e, nil
}

func (s *Store) scrapName(kv *mvccpb.KeyValue) string {
	return string(kv.Key[len(s.keys)+len(placeScratch)+1:])
}

// scraps reads a page. While the cluster is away, what one member has is better than nothing.
func (s *Store) scraps(ctx context.Context, get clientv3.Op) (kvs []*mvccpb.KeyValue, err error) {
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	for _, local := range []bool{false, true} {
		if !local && s.reach.away() != nil {
			continue
		}
		err = s.ask(ctx, s.pace.try, s.pace.read, func(ctx context.Context, limit time.Duration) error {
			got, err := s.read(ctx, limit, local, get)
			if err == nil {
				kvs = got[0]
			}
			return err
		})
		if !errors.Is(err, store.ErrAway) {
			break
		}
		s.reach.set(err)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the scraps: %w", err)
	}
	return kvs, nil
}

// ScrapOwners implements [store.Scratch]. It leaps from one owner to the next.
func (s *Store) ScrapOwners(ctx context.Context, after string) (out []string, err error) {
	end := clientv3.GetPrefixRangeEnd(s.keys.scraps())
	from := s.keys.scraps()
	if after != "" {
		from = s.keys.behindOwner(after)
	}
	for len(out) < ownersPage {
		kvs, err := s.scraps(ctx, clientv3.OpGet(from, clientv3.WithRange(end), clientv3.WithLimit(1), clientv3.WithKeysOnly()))
		if err != nil || len(kvs) == 0 {
			return out, err
		}
		owner, _, ok := splitPair(s.scrapName(kvs[0]))
		if !ok {
			return nil, s.corrupt(placeScratch, s.scrapName(kvs[0]), "the key names no scrap")
		}
		out = append(out, owner)
		from = s.keys.behindOwner(owner)
	}
	return out, nil
}
