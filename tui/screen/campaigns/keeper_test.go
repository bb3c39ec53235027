package campaigns

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/exchange"
	"beckon/model/replay"
	"beckon/tui/approval"
)

// shelf is a keeper in memory, with other operators who write too.
type shelf struct {
	approval.None
	mu       sync.Mutex
	catalog  *model.Catalog
	versions map[string]Version
	log      []Changed
	edits    []Edit
	files    map[string]file
	imports  int
	changed  chan struct{}

	refuse   error // what the next write ends with
	unread   error // what the next reading ends with
	deaf     error // what following ends with
	slow     chan struct{}
	replaced bool

	scenarios []replay.Kept
}

var noon = time.Date(2026, 3, 10, 11, 0, 0, 0, time.UTC) // a Tuesday

func newShelf(c *model.Catalog) *shelf {
	c.Revision = 7
	s := &shelf{catalog: c, versions: map[string]Version{}, changed: make(chan struct{})}
	for _, k := range c.Campaigns {
		s.versions[k.ID] = Version{Revision: 7, Author: "ben", Why: "first import", At: noon.Add(-24 * time.Hour)}
	}
	return s
}

func (s *shelf) Check(c *model.Catalog, now time.Time) []model.Problem {
	return model.ValidateAt(c, now)
}

func (s *shelf) Catalog(context.Context) (Loaded, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.unread; err != nil {
		s.unread = nil
		return Loaded{}, err
	}
	c := *s.catalog
	c.Campaigns = slices.Clone(c.Campaigns)
	versions := map[string]Version{}
	for id, v := range s.versions {
		versions[id] = v
	}
	return Loaded{&c, versions}, nil
}

func (s *shelf) Put(ctx context.Context, e Edit) (Version, error) {
	s.mu.Lock()
	slow := s.slow
	s.mu.Unlock()
	if slow != nil {
		select {
		case <-slow:
		case <-ctx.Done():
			return Version{}, ctx.Err()
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.refuse; err != nil {
		s.refuse = nil
		return Version{}, err
	}
	if v := s.versions[e.Campaign.ID]; v.Revision != e.Base {
		return Version{}, fmt.Errorf("commit: %w", conflicting(e.Campaign.ID, s.find(e.Campaign.ID), v))
	}
	s.edits = append(s.edits, e)
	return s.save(e.Campaign, "ana", e.Why), nil
}

func (s *shelf) Try(ctx context.Context, k *model.Campaign) ([]replay.Trial, error) {
	s.mu.Lock()
	c, kept := s.catalog.With(k), slices.Clone(s.scenarios)
	s.mu.Unlock()
	return replay.Try(ctx, kept, k.ID, func() (*engine.Engine, error) { return engine.Compile(c) })
}

func (s *shelf) find(id string) *model.Campaign {
	for _, k := range s.catalog.Campaigns {
		if k.ID == id {
			return k
		}
	}
	return nil
}

// save keeps a campaign; the lock is held.
func (s *shelf) save(k *model.Campaign, who, why string) Version {
	c := *s.catalog
	c.Revision++
	v := Version{Revision: c.Revision, Author: who, Why: why, At: noon}
	c.Campaigns = slices.DeleteFunc(slices.Clone(c.Campaigns), func(o *model.Campaign) bool { return o.ID == k.ID })
	c.Campaigns = append(c.Campaigns, k)
	s.catalog = &c
	s.versions[k.ID] = v
	s.tell(Changed{Kind: model.KindCampaign, ID: k.ID, Document: k, Version: v})
	return v
}

func (s *shelf) tell(ch Changed) {
	s.log = append(s.log, ch)
	close(s.changed)
	s.changed = make(chan struct{})
}

// other lets another operator change a campaign.
func (s *shelf) other(id string, change func(*model.Campaign)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := *s.find(id)
	k.Engagements = slices.Clone(k.Engagements)
	change(&k)
	s.save(&k, "ben", "so it is better")
}

// remove lets another operator delete a campaign.
func (s *shelf) remove(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := *s.catalog
	c.Revision++
	c.Campaigns = slices.DeleteFunc(slices.Clone(c.Campaigns), func(o *model.Campaign) bool { return o.ID == id })
	s.catalog = &c
	v := Version{Revision: c.Revision, Author: "ben", At: noon}
	s.versions[id] = v
	s.tell(Changed{Kind: model.KindCampaign, ID: id, Version: v})
}

func (s *shelf) Next(ctx context.Context, after uint64) (News, error) {
	for {
		s.mu.Lock()
		if err := s.deaf; err != nil {
			s.deaf = nil
			s.mu.Unlock()
			return News{}, err
		}
		if s.replaced {
			s.replaced = false
			s.mu.Unlock()
			return News{Reload: true}, nil
		}
		news := News{Revision: s.catalog.Revision}
		for _, ch := range s.log {
			if ch.Version.Revision > after {
				news.Changed = append(news.Changed, ch)
			}
		}
		wait := s.changed
		s.mu.Unlock()
		if len(news.Changed) > 0 {
			return news, nil
		}
		select {
		case <-wait:
		case <-ctx.Done():
			return News{}, ctx.Err()
		}
	}
}

var errDisk = errors.New("the disk \x1b]0;stolen\x07 is full")

// file is one of the files that the keeper in memory has.
type file struct {
	data []byte
	at   time.Time
}

func (s *shelf) Export(_ context.Context, e Export) (Exported, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	path := "/home/ana/" + e.Path
	if err := s.refuse; err != nil {
		s.refuse = nil
		return Exported{}, err
	}
	if f, ok := s.files[path]; ok && !e.Replace {
		return Exported{}, fmt.Errorf("export: %w", &FileExists{Path: path, Bytes: int64(len(f.data)), At: f.at})
	}
	var left []exchange.Finding
	data, err := exchange.Export(s.catalog, e.Campaign)
	if strings.HasSuffix(path, ".json") {
		data, left, err = exchange.ExportJSON(s.catalog, e.Campaign, nil)
	}
	if err != nil {
		return Exported{}, err
	}
	if s.files == nil {
		s.files = map[string]file{}
	}
	s.files[path] = file{data, noon}
	return Exported{Path: path, Bytes: len(data), LeftOut: exchange.Lines(left)}, nil
}

func (s *shelf) Plan(_ context.Context, path string) (Incoming, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, ok := s.files["/home/ana/"+path]
	if !ok {
		return Incoming{}, fmt.Errorf("there is no file at /home/ana/%s", path)
	}
	plan, err := exchange.Import(s.catalog, path, f.data, exchange.Options{})
	if strings.HasSuffix(path, ".json") {
		plan, err = exchange.ImportJSON(s.catalog, nil, []exchange.File{{Name: path, Data: f.data}}, exchange.Options{})
	}
	return Incoming{Path: path, Revision: s.catalog.Revision, Plan: plan}, err
}

func (s *shelf) Import(_ context.Context, in Incoming) (Imported, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	docs, err := in.Plan.Documents()
	if err != nil {
		return Imported{}, err
	}
	if err := s.refuse; err != nil {
		s.refuse = nil
		return Imported{}, err
	}
	for _, d := range docs {
		if v := s.versions[d.Head().ID]; d.Head().Kind == model.KindCampaign && v.Revision > in.Revision {
			return Imported{}, fmt.Errorf("import: %w", &Outdated{Kind: d.Head().Kind, ID: d.Head().ID, Version: v})
		}
	}
	c := *s.catalog
	c.Revision++
	out := Imported{Version: Version{Revision: c.Revision, Author: "ana", Why: "import of " + in.Path, At: noon}}
	written := map[model.DocumentKey]bool{}
	for _, d := range docs {
		written[model.DocumentKey{Kind: d.Head().Kind, ID: d.Head().ID}] = true
		out.Changed = append(out.Changed, Changed{Kind: d.Head().Kind, ID: d.Head().ID, Document: d, Version: out.Version})
	}
	next := &model.Catalog{Revision: c.Revision}
	for _, d := range s.catalog.Documents() {
		if !written[model.DocumentKey{Kind: d.Head().Kind, ID: d.Head().ID}] {
			next.Add(d)
		}
	}
	for _, ch := range out.Changed {
		next.Add(ch.Document)
		if ch.Kind == model.KindCampaign {
			s.versions[ch.ID] = ch.Version
		}
	}
	s.catalog = next
	for _, ch := range out.Changed {
		s.tell(ch)
	}
	s.imports++
	return out, nil
}

// conflicting is what refuses a write of a campaign; a nil one was deleted.
func conflicting(id string, theirs *model.Campaign, v Version) *Conflict {
	c := &Conflict{Key: model.DocumentKey{Kind: model.KindCampaign, ID: id}, Revision: v.Revision, Author: v.Author, Why: v.Why, At: v.At}
	if theirs != nil {
		c.Theirs = theirs
	}
	return c
}
