package journey

import (
	"fmt"
	"net/netip"
	"os"

	"github.com/oschwald/maxminddb-golang/v2"

	"beckon/model/text"
)

// maxPlaces is the greatest size of a database of places in bytes. It is read
// into memory: a file that shrinks while it is mapped ends the process.
const maxPlaces = 1 << 30

// Places tells where addresses are, by a database in the MaxMind DB format,
// such as GeoLite2 City, or another with the same fields. It is not for
// concurrent use.
type Places struct {
	name  string
	db    *maxminddb.Reader
	known map[netip.Addr]*Geo
	// damaged is the first thing that was wrong with a record.
	damaged error
}

// OpenPlaces reads a database.
func OpenPlaces(path string) (*Places, error) {
	name := text.Line(path, 200)
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading the database of places: %w", err)
	}
	defer f.Close()
	st, err := f.Stat()
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading the database of places: %w", err)
	case !st.Mode().IsRegular():
		return nil, fmt.Errorf("reading the database of places: %s is no file", name)
	case st.Size() > maxPlaces:
		return nil, fmt.Errorf("reading the database of places: %s has %d MiB, more than %d MiB", name, st.Size()>>20, maxPlaces>>20)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the database of places: %w", err)
	}
	return readPlaces(name, data)
}

// readPlaces reads a database that is in memory.
func readPlaces(name string, data []byte) (p *Places, err error) {
	defer func() { // a damaged file, of which the reader trusts something
		if r := recover(); r != nil {
			p, err = nil, fmt.Errorf("reading the database of places: %s is damaged", name)
		}
	}()
	db, err := maxminddb.OpenBytes(data)
	if err != nil {
		return nil, fmt.Errorf("reading the database of places: %s is no database in the MaxMind DB format, or damaged: %s", name, text.Line(err.Error(), 120))
	}
	return &Places{name: name, db: db, known: map[netip.Addr]*Geo{}}, nil
}

// String names the database and when it was made.
func (p *Places) String() string {
	return fmt.Sprintf("%s of %s", text.Line(p.db.Metadata.DatabaseType, 60), p.db.Metadata.BuildTime().UTC().Format("2006-01-02"))
}

// at returns the place of an address, or nil.
func (p *Places) at(s string) *Geo {
	a, err := netip.ParseAddr(s)
	if err != nil {
		return nil
	}
	a = a.Unmap().WithZone("")
	g, ok := p.known[a]
	if !ok {
		if len(p.known) >= 1<<14 {
			clear(p.known)
		}
		var err error
		if g, err = p.lookup(a); err != nil && p.damaged == nil {
			p.damaged = err
		}
		p.known[a] = g
	}
	if g == nil {
		return nil
	}
	place := *g
	return &place
}

// lookup looks an address up.
func (p *Places) lookup(a netip.Addr) (g *Geo, err error) {
	defer func() {
		if r := recover(); r != nil {
			g, err = nil, fmt.Errorf("a damaged record")
		}
	}()
	var rec struct {
		Country struct {
			Code string `maxminddb:"iso_code"`
		} `maxminddb:"country"`
		Subdivisions []struct {
			Code  string            `maxminddb:"iso_code"`
			Names map[string]string `maxminddb:"names"`
		} `maxminddb:"subdivisions"`
		City struct {
			Names map[string]string `maxminddb:"names"`
		} `maxminddb:"city"`
	}
	r := p.db.Lookup(a)
	if err := r.Decode(&rec); err != nil {
		return nil, err
	}
	if !r.Found() {
		return nil, nil
	}
	out := Geo{Country: rec.Country.Code, City: rec.City.Names["en"]}
	if len(rec.Subdivisions) > 0 {
		if out.Region = rec.Subdivisions[0].Code; out.Region == "" {
			out.Region = rec.Subdivisions[0].Names["en"]
		}
	}
	if out == (Geo{}) {
		return nil, nil
	}
	return &out, nil
}

// place tells where a page's visitor is, if the source does not.
func (im *importer) place(p *Page) {
	if p.IP == "" || p.Geo != nil && *p.Geo != (Geo{}) {
		return
	}
	from := im.o.Places
	if g := from.at(p.IP); g != nil {
		p.Geo = g
		im.rep.note("places are those of the addresses, where the source tells none, by " + from.String())
	}
	if from.damaged != nil {
		im.rep.note("the database of places is damaged; addresses whose records cannot be read have no place")
	}
}
