package persona

import (
	"strconv"

	"beckon/model"
	"beckon/model/journey"
)

// who is one visitor: what stays the same from visit to visit.
type who struct {
	id       string
	index    uint64
	role     *role
	device   *device
	place    *place
	ip       string
	visits   int // before the first of ours
	lastDays int // since the last of those
	customer *journey.Customer
	user     string
	person   *journey.Person
	favorite int // index of Site.Products
	company  int // size of the visitor's company, once it was told
}

// device is what a visitor looks at the site with.
type device struct {
	userAgent string
	weight    int
}

var devices = []device{
	{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36", 24},
	{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36 Edg/122.0.0.0", 9},
	{"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:123.0) Gecko/20100101 Firefox/123.0", 9},
	{"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36", 7},
	{"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.3 Safari/605.1.15", 8},
	{"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36", 3},
	{"Mozilla/5.0 (iPhone; CPU iPhone OS 17_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.3 Mobile/15E148 Safari/604.1", 18},
	{"Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Mobile Safari/537.36", 12},
	{"Mozilla/5.0 (Linux; Android 13; SM-A546B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/121.0.0.0 Mobile Safari/537.36", 6},
	{"Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1", 4},
}

// place is where a visitor is.
type place struct {
	geo      journey.Geo
	language string
	weight   int
}

var places = []place{
	{journey.Geo{Country: "DE", Region: "BE", City: "Berlin"}, "de-DE", 10},
	{journey.Geo{Country: "DE", Region: "BY", City: "Munich"}, "de-DE", 10},
	{journey.Geo{Country: "DE", Region: "BW", City: "Freiburg"}, "de-DE", 8},
	{journey.Geo{Country: "DE", Region: "NW", City: "Bonn"}, "de-DE", 9},
	{journey.Geo{Country: "DE", Region: "HH", City: "Hamburg"}, "de-DE", 8},
	{journey.Geo{Country: "DE", Region: "SN", City: "Dresden"}, "de-DE", 5},
	{journey.Geo{Country: "DE", Region: "SH", City: "Kiel"}, "de-DE", 3},
	{journey.Geo{Country: "AT", Region: "7", City: "Innsbruck"}, "de-AT", 8},
	{journey.Geo{Country: "CH", Region: "ZH", City: "Winterthur"}, "de-CH", 8},
	{journey.Geo{Country: "GB", City: "Leeds"}, "en-GB", 7},
	{journey.Geo{Country: "NL", City: "Utrecht"}, "nl-NL", 6},
	{journey.Geo{Country: "FR", City: "Grenoble"}, "fr-FR", 5},
	{journey.Geo{Country: "US", Region: "CO", City: "Boulder"}, "en-US", 5},
	{journey.Geo{Country: "ES", City: "Jaca"}, "es-ES", 3},
}

// atTheOffice is how many of a hundred visitors sit in the shop's own offices.
const atTheOffice = 1

// born returns a visitor.
func born(id string, seed, index uint64, r *role, s *Site, start journey.Instant) who {
	d := diceFor(seed, index, streamWho)
	w := who{id: id, index: index, role: r}
	w.device = weighted(&d, devices, func(v *device) int { return v.weight })
	w.place = weighted(&d, places, func(p *place) int { return p.weight })
	net := "198.51.100."
	if d.in100(30) {
		net = "203.0.113."
	}
	if d.in100(atTheOffice) {
		net = "192.0.2."
	}
	w.ip = net + strconv.Itoa(d.between(1, 254))
	if d.in100(r.before) {
		w.visits, w.lastDays = d.between(1, 3)+d.between(0, 12), int(min(300, 2+d.about(9, 18)))
	}
	w.favorite = -1
	if len(s.Products) > 0 {
		liked := weighted(&d, s.Products, func(p *Product) int { return p.Liking })
		for i := range s.Products {
			if liked == &s.Products[i] {
				w.favorite = i
			}
		}
	}
	w.account(&d, s, start)
	return w
}

// account gives the visitor an account at the shop, or none.
func (w *who) account(d *dice, s *Site, start journey.Instant) {
	chance := map[Kind]int{BillPayer: 100, CustomerInTrouble: 100, BargainHunter: 25, CartAbandoner: 30}[w.role.kind]
	if w.visits == 0 && chance < 100 || !d.in100(chance) {
		return
	}
	w.user = "C-" + strconv.FormatUint(10000+w.index, 10)
	c := journey.Customer{CustomerID: w.user, Currency: s.Currency, Type: "silver", Status: "active"}
	balance := model.Money(0)
	switch n := d.between(1, 100); {
	case w.role.kind == CustomerInTrouble && n <= 60, n <= 12:
		c.Type = "gold"
	case n > 92:
		c.Type = "business"
		size := d.between(5, 180)
		c.CompanySize = &size
	}
	switch n := d.between(1, 100); {
	case w.role.kind == BillPayer && n <= 25, n <= 3:
		c.Status = "in arrears"
		balance = -euros(int64(d.between(20, 400)), int64(d.between(0, 99)))
	case w.role.kind == BillPayer:
		balance = -euros(int64(d.between(9, 180)), int64(d.between(0, 99)))
	case n > 95:
		c.Status = "dormant"
	}
	c.Balance = &balance
	since := start.Add(-model.Duration(30+d.below(3000)) * 24 * model.Hour)
	c.RegistrationDate = model.DateOf(since.Time())
	c.StoreNumber = strconv.Itoa(d.between(101, 140))
	w.customer = &c
	if d.in100(50) {
		age := d.between(19, 78)
		w.person = &journey.Person{Age: &age, Gender: *one(d, []string{"female", "male", "other"}), Language: w.place.language}
	}
}
