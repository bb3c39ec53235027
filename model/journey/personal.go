package journey

import (
	"maps"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"beckon/model"
	"beckon/model/text"
)

// hidden stands where something of a person was.
const hidden = "hidden"

// hiddenNote says what hiding changes.
const hiddenNote = "ids of persons were replaced by hashes, and addresses by their networks: conditions on a customer's id, or on a part of a network, are unknown (--keep-personal keeps both)"

// hiddenID is an id that a hash of another stands for.
var hiddenID = regexp.MustCompile(`^(?:id|log|har|mail)-[0-9a-f]{16}$`)

// Hidden reports whether an id is the hash of one that was hidden when it was
// read, so that nothing can be looked up by it.
func Hidden(id string) bool {
	return len(id) <= 21 && strings.Contains(id, "-") && hiddenID.MatchString(id)
}

// addr is the address that a text is, or none.
func addr(s string) netip.Addr {
	a, _ := netip.ParseAddr(s)
	return a
}

// Patterns of what tells of a person.
var (
	mailPattern  = regexp.MustCompile(`[^\s@/?&#=:;,<>()"'\[\]{}|%]+(?:@|%40|%2540)[^\s@/?&#=:;,<>()"'\[\]{}|%]+\.[^\s@/?&#=:;,<>()"'\[\]{}|%.]+`)
	phonePattern = regexp.MustCompile(`(?:\+|%2[Bb]|\b00)[1-9][0-9](?:[ ()./-]|%20)*[0-9](?:(?:[ ()./-]|%20)*[0-9]){4,13}`)
	quadPattern  = regexp.MustCompile(`\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}\b`)
	colonPattern = regexp.MustCompile(`[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}`)
	urlPattern   = regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://[^\s"'<>]+`)
	// agentPattern is an address in a user agent, whose versions look like one.
	agentPattern = regexp.MustCompile(`(?:^|[ (,;])(?:[0-9]{1,3}\.){3}[0-9]{1,3}\b`)
	tokenPattern = regexp.MustCompile(`\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?`)
)

// scrub takes e-mail addresses, telephone numbers that begin with their
// country, addresses of the Internet and signed tokens out of a text.
func scrub(s string) string {
	if strings.Contains(s, "://") {
		s = urlPattern.ReplaceAllStringFunc(s, hideURL)
	}
	s = scrubMail(s)
	if strings.ContainsAny(s, "+%") || strings.Contains(s, "00") {
		s = phonePattern.ReplaceAllString(s, hidden)
	}
	if strings.Contains(s, "eyJ") {
		s = tokenPattern.ReplaceAllString(s, hidden)
	}
	if strings.Count(s, ".") > 2 {
		s = quadPattern.ReplaceAllStringFunc(s, ifAddress)
	}
	if strings.Count(s, ":") > 1 {
		s = scrubColons(s)
	}
	return s
}

func scrubColons(s string) string { return colonPattern.ReplaceAllStringFunc(s, ifAddress) }

// ifAddress hides a text that is an address.
func ifAddress(s string) string {
	if addr(s).IsValid() {
		return hidden
	}
	return s
}

func scrubMail(s string) string {
	if strings.Contains(s, "@") || strings.Contains(s, "%40") || strings.Contains(s, "%2540") {
		for { // what is left of two in a row may be another
			next := mailPattern.ReplaceAllString(s, hidden)
			if next == s {
				break
			}
			s = next
		}
	}
	return s
}

// scrubAgent is scrub for a user agent.
func scrubAgent(s string) string {
	if strings.ContainsAny(s, "@%+") || strings.Contains(s, "eyJ") || strings.Contains(s, "://") || strings.Contains(s, "00") {
		s = scrubMail(urlPattern.ReplaceAllStringFunc(s, hideURL))
		s = tokenPattern.ReplaceAllString(phonePattern.ReplaceAllString(s, hidden), hidden)
	}
	if strings.Count(s, ":") > 1 {
		s = scrubColons(s)
	}
	return agentPattern.ReplaceAllString(s, " "+hidden)
}

// personalParameters are names of parameters that tell who somebody is, or let
// him in, folded; words in them do as well. An id of a click on an advertisement
// is one of a person; that there is one still tells where the visitor came from.
var (
	personalParameters = setOf("mail user userid uid username login loginid customer customerid custid cid vid visitorid accountid firstname lastname fullname surname givenname " +
		"tel mobile cell msisdn address street birthday birthdate dob ssn iban card cardnumber cc ccnumber cvv ip ipaddress auth authorization apikey secret pass pwd pin otp " +
		"sid sess jwt sig signature ticket samlresponse gclid gbraid wbraid msclkid yclid dclid fbclid ttclid twclid lifatid igshid sccid mceid")
	personalWords = []string{"email", "token", "passw", "session", "sessid", "phone"}
)

func personalParameter(name string) bool {
	if n, err := url.QueryUnescape(name); err == nil {
		name = n
	}
	name = foldName(name)
	if personalParameters[name] {
		return true
	}
	for _, w := range personalWords {
		if strings.Contains(name, w) {
			return true
		}
	}
	return false
}

// hideURL takes out of a URL who is logged in by it, the values of parameters that
// tell of a person, and what looks like it elsewhere. The host stays.
func hideURL(u string) string {
	begin := 0
	if i := strings.Index(u, "//"); i >= 0 && isScheme(u[:i]) {
		begin = i + 2
	}
	end := len(u)
	if i := strings.IndexAny(u[begin:], "/?#"); i >= 0 {
		end = begin + i
	}
	if begin > 0 {
		if at := strings.LastIndexByte(u[begin:end], '@'); at >= 0 {
			u = u[:begin] + u[begin+at+1:]
			end -= at + 1
		}
		if host := u[begin:end]; strings.ContainsAny(host, " %+") { // none
			u = u[:begin] + scrub(host) + u[end:]
			end = begin + len(scrub(host))
		}
	} else {
		end = 0
	}
	rest := u[end:]
	if rest == "" || !strings.ContainsAny(rest, "=@%+:") && strings.Count(rest, ".") < 3 && !strings.Contains(rest, "eyJ") && !strings.Contains(rest, "/00") {
		return u
	}
	var b strings.Builder
	b.WriteString(u[:end])
	for rest != "" {
		n := strings.IndexAny(rest[1:], "?&#;/") + 1
		if n == 0 {
			n = len(rest)
		}
		b.WriteString(hideParameter(rest[:n]))
		rest = rest[n:]
	}
	return b.String()
}

// isScheme reports whether a text is a URL's scheme with its colon, or nothing.
func isScheme(s string) bool {
	for i := range len(s) {
		switch c := s[i] | 0x20; {
		case 'a' <= c && c <= 'z':
		case i > 0 && i == len(s)-1 && s[i] == ':':
		case i > 0 && i < len(s)-1 && ('0' <= s[i] && s[i] <= '9' || s[i] == '+' || s[i] == '.' || s[i] == '-'):
		default:
			return false
		}
	}
	return s == "" || s[len(s)-1] == ':'
}

// hideParameter hides in a piece of a URL, from one separator to the next.
func hideParameter(s string) string {
	k, v, ok := strings.Cut(s, "=")
	if !ok || v == "" {
		return scrub(s)
	}
	if personalParameter(strings.TrimLeft(k, "?&#;/!")) {
		return k + "=" + hidden
	}
	if plain, err := url.QueryUnescape(v); err == nil && plain != v {
		if strings.Contains(plain, "://") || strings.Contains(plain, "=") && strings.ContainsAny(plain, "?&#") { // a URL in a URL
			if inner := hideURL(plain); inner != plain {
				return scrub(k) + "=" + url.QueryEscape(inner)
			}
		} else if addr(strings.Trim(plain, "[]")).IsValid() || scrub(plain) != plain {
			return scrub(k) + "=" + hidden
		}
	}
	return scrub(s)
}

// Networks that stand for addresses.
const (
	bits4 = 24
	bits6 = 48
)

// network is the network that an address is kept as, or "".
func network(s string) string {
	if p, err := netip.ParsePrefix(s); err == nil {
		return shorter(p.Addr().Unmap(), p.Bits())
	}
	if a := addr(s); a.IsValid() {
		return shorter(a.Unmap(), a.BitLen())
	}
	return ""
}

func shorter(a netip.Addr, bits int) string {
	most := bits6
	if a.Is4() {
		most = bits4
	}
	p, err := a.WithZone("").Prefix(max(0, min(bits, most)))
	if err != nil {
		return ""
	}
	return p.String()
}

// outline is a value of which no more is told than how it is written: letters
// become x, digits 9.
func outline(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsDigit(r):
			return '9'
		case r < 0x80 && !unicode.IsLetter(r):
			return r
		}
		return 'x'
	}, s)
}

// told is what a fault may tell of the line.
func (im *importer) told(p Problem) Problem {
	if !im.o.KeepPersonal {
		p.Value, p.Detail, p.Field = text.Line(outline(p.Value), 60), scrub(p.Detail), scrub(p.Field)
	}
	return p
}

// ofCompany are traits with a word in them that otherwise tells of a person.
var ofCompany = setOf("accountname company companyname companybranch company.name")

// hideTraits keeps those that are not of a person.
func hideTraits(all map[string]string) map[string]string {
	if all == nil {
		return nil
	}
	out := maps.Clone(all)
	for k, v := range all {
		switch folded := foldName(k); {
		case !ofCompany[strings.ToLower(k)] && (personalTrait(k) || personalParameter(k) || folded == "socialid" || folded == "imei"):
			delete(out, k)
		case scrub(k) != k:
			delete(out, k)
		default:
			out[k] = hideURL(scrub(v))
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// ageAt is how old somebody is who was born on a day, or nil.
func ageAt(born model.Date, at Instant) *int {
	b, t := born.UTC(), at.Time()
	age := t.Year() - b.Year()
	if t.Month() < b.Month() || t.Month() == b.Month() && t.Day() < b.Day() {
		age--
	}
	if age < 0 || age > 150 {
		return nil
	}
	return &age
}
