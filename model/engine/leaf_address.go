package engine

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"

	"beckon/model"
)

// ipSpan is a range of addresses, ends included, as numbers: many are compared.
type ipSpan struct {
	four     bool // of IPv4
	from, to ipNumber
}

type ipNumber struct{ high, low uint64 }

func spanOf(from, to netip.Addr) ipSpan {
	number := func(a netip.Addr) ipNumber {
		b := a.As16()
		return ipNumber{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])}
	}
	return ipSpan{from.Is4(), number(from), number(to)}
}

func (n ipNumber) less(o ipNumber) bool { return n.high < o.high || n.high == o.high && n.low < o.low }

func parseIPRange(s string) (ipSpan, error) {
	if a, b, ok := strings.Cut(s, "-"); ok {
		from, err := netip.ParseAddr(strings.TrimSpace(a))
		if err != nil {
			return ipSpan{}, err
		}
		to, err := netip.ParseAddr(strings.TrimSpace(b))
		if err != nil {
			return ipSpan{}, err
		}
		from, to = from.Unmap(), to.Unmap()
		if from.Is4() != to.Is4() || to.Less(from) {
			return ipSpan{}, fmt.Errorf("the range %s does not run upwards", quote(s))
		}
		return spanOf(from, to), nil
	}
	if !strings.Contains(s, "/") {
		a, err := netip.ParseAddr(s)
		if err != nil {
			return ipSpan{}, err
		}
		return spanOf(a.Unmap(), a.Unmap()), nil
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return ipSpan{}, err
	}
	p = p.Masked()
	return spanOf(p.Addr().Unmap(), lastOf(p).Unmap()), nil
}

// lastOf is the last address of a network.
func lastOf(p netip.Prefix) netip.Addr {
	if p.IsSingleIP() {
		return p.Addr()
	}
	b := p.Addr().AsSlice()
	for i := p.Bits(); i < len(b)*8; i++ {
		b[i/8] |= 1 << (7 - i%8)
	}
	to, _ := netip.AddrFromSlice(b)
	return to
}

func (c *compiler) ipRange(where string, x *model.IPCondition) int32 {
	d := c.dim("address", phaseAudience, factBrowser)
	c.dimensions[d].partly = func(f *facts) string {
		if f.ip.IsValid() && !f.ip.IsSingleIP() {
			return "its network, " + f.ip.String()
		}
		return ""
	}
	var spans []ipSpan
	for _, s := range x.Ranges {
		r, err := parseIPRange(s)
		if err != nil {
			c.fail(where, "ip: %v", err)
			continue
		}
		spans = append(spans, r)
	}
	return c.leafNode("ip\x1f"+joined(x.Ranges), func() leaf {
		return leaf{dim: d,
			label: func() string { return "address is in " + list(x.Ranges) },
			truth: func(f *facts) Truth {
				if !f.ip.IsValid() {
					return Unknown
				}
				mine, part := &f.ipSpan, false
				for i := range spans {
					s := &spans[i]
					if s.four != mine.four || s.to.less(mine.from) || mine.to.less(s.from) {
						continue
					}
					if !mine.from.less(s.from) && !s.to.less(mine.to) {
						return True
					}
					part = true
				}
				if part { // the address itself is not known
					return Unknown
				}
				return False
			},
			seen: func(f *facts) string {
				if !f.ip.IsValid() {
					return notReported
				}
				if f.ip.IsSingleIP() {
					return f.ip.Addr().String()
				}
				return "its network, " + f.ip.String()
			},
		}
	})
}
