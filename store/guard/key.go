package guard

import (
	"bytes"
	"crypto/rsa"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"beckon/model/text"
)

const (
	maxKeyFile = 64 << 10
	minRSA     = 2048 // bits
	maxRSA     = 8192
	maxComment = 80
)

// A Key is one line of an authorized_keys file.
type Key struct {
	Public  ssh.PublicKey
	Comment string
	Sources string    // addresses and networks that it may be used from, with commas; empty: any
	Expires time.Time // from then on it lets nobody in; zero: never
}

// Fingerprint is how people compare keys.
func (k Key) Fingerprint() string { return ssh.FingerprintSHA256(k.Public) }

func (k Key) same(other Key) bool {
	return bytes.Equal(k.Public.Marshal(), other.Public.Marshal())
}

const expiryForm = "20060102150405Z"

// Line returns the key as a line of an authorized_keys file, without its end.
func (k Key) Line() string {
	var options []string
	if k.Sources != "" {
		options = append(options, `from="`+k.Sources+`"`)
	}
	if !k.Expires.IsZero() {
		options = append(options, `expiry-time="`+k.Expires.UTC().Format(expiryForm)+`"`)
	}
	line := strings.TrimSuffix(string(ssh.MarshalAuthorizedKey(k.Public)), "\n")
	if len(options) > 0 {
		line = strings.Join(options, ",") + " " + line
	}
	if k.Comment != "" {
		line += " " + k.Comment
	}
	return line
}

// ParseKeys reads lines of an authorized_keys file. Of the options it knows
// restrict, which changes nothing here, from with addresses and networks, and
// expiry-time, in UTC; a key with any other one is refused, because it would
// count for more than whoever wrote the line meant.
func ParseKeys(data []byte) ([]Key, error) { return ReadKeys("", data) }

// ReadKeys is ParseKeys for the content of a file, which its errors name.
func ReadKeys(file string, data []byte) ([]Key, error) {
	where := "reading keys: "
	if file != "" {
		where = text.Line(file, 200) + ":"
	}
	if len(data) > maxKeyFile {
		return nil, fmt.Errorf("%s more than %d KiB", strings.TrimSpace(where), maxKeyFile>>10)
	}
	var out []Key
	n := 0
	for line := range bytes.Lines(data) {
		n++
		line = bytes.TrimSpace(line)
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		k, err := parseKey(line)
		if err != nil {
			if file == "" {
				return nil, fmt.Errorf("%sline %d: %w", where, n, err)
			}
			return nil, fmt.Errorf("%s%d: %w", where, n, err)
		}
		out = append(out, k)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s there is none; want lines like those of ~/.ssh/id_ed25519.pub", strings.TrimSpace(where))
	}
	return out, nil
}

func parseKey(line []byte) (Key, error) {
	if bytes.Contains(line, []byte("PRIVATE KEY")) {
		return Key{}, errors.New("this is a private key: keep it to yourself, the public one is in the file that ends in .pub")
	}
	public, comment, options, rest, err := ssh.ParseAuthorizedKey(line)
	switch {
	case err != nil:
		return Key{}, errors.New("no public key in the form of an authorized_keys file")
	case len(bytes.TrimSpace(rest)) > 0:
		return Key{}, errors.New("more than one key")
	}
	k := Key{Public: public, Comment: cleanComment(comment)}
	if err := checkKey(public); err != nil {
		return Key{}, err
	}
	for _, option := range options {
		name, value, _ := strings.Cut(option, "=")
		value = strings.TrimSuffix(strings.TrimPrefix(value, `"`), `"`)
		switch strings.ToLower(name) {
		case "restrict":
		case "from":
			if k.Sources, err = sources(value); err != nil {
				return Key{}, err
			}
		case "expiry-time":
			if k.Expires, err = expiry(value); err != nil {
				return Key{}, err
			}
		default:
			return Key{}, fmt.Errorf("the option %s is not known here: want from, expiry-time or restrict", text.Line(name, 40))
		}
	}
	return k, nil
}

func checkKey(public ssh.PublicKey) error {
	switch public.Type() {
	case ssh.KeyAlgoED25519, ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521, ssh.KeyAlgoSKED25519, ssh.KeyAlgoSKECDSA256:
		return nil
	case ssh.KeyAlgoRSA:
		if c, ok := public.(ssh.CryptoPublicKey); ok {
			if key, ok := c.CryptoPublicKey().(*rsa.PublicKey); ok && key.N.BitLen() >= minRSA && key.N.BitLen() <= maxRSA {
				return nil
			}
		}
		return fmt.Errorf("an RSA key has to have %d to %d bits", minRSA, maxRSA)
	}
	return fmt.Errorf("keys of the kind %s are not taken: make one with ssh-keygen -t ed25519", text.Line(public.Type(), 60))
}

// sources checks what a key may be used from: no names, because who answers for
// them could let himself in, and no negations.
func sources(value string) (string, error) {
	var out []string
	for part := range strings.SplitSeq(value, ",") {
		part = strings.TrimSpace(part)
		_, asNet := netip.ParsePrefix(part)
		_, asAddress := netip.ParseAddr(part)
		if asNet != nil && asAddress != nil {
			return "", fmt.Errorf("from %s: want addresses and networks, like 198.51.100.0/24", text.Line(part, 60))
		}
		out = append(out, part)
	}
	return strings.Join(out, ","), nil
}

func expiry(value string) (time.Time, error) {
	digits := strings.TrimSuffix(value, "Z")
	for _, form := range []string{"20060102", "200601021504", "20060102150405"} {
		if t, err := time.Parse(form, digits); err == nil && len(form) == len(digits) {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("expiry-time %s: want YYYYMMDD or YYYYMMDDHHMMSS, in UTC", text.Line(value, 40))
}

// cleanComment makes a comment what it still is when it is read again: what the
// trimming uncovers, such as a mark whose space went, is cleaned in its turn.
func cleanComment(s string) string {
	for range 8 {
		clean := strings.TrimSpace(text.Line(s, maxComment))
		if clean == s {
			return s
		}
		s = clean
	}
	return ""
}
