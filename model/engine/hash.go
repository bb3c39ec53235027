package engine

// hash mixes a seed and names into 64 bits: FNV-1a over the names, each
// closed by a zero byte so that ("a","bc") and ("ab","c") differ, then
// finished so that every bit depends on every other. It is part of what makes
// a replay repeatable: changing it changes every draw and control group.
func hash(seed uint64, parts ...string) uint64 {
	h := seeded(seed)
	for _, p := range parts {
		h = h.add(p)
	}
	return h.sum()
}

// hashing is a hash of which more names are to come.
type hashing uint64

func seeded(seed uint64) hashing { return hashing(14695981039346656037 ^ mix(seed)) }

func (h hashing) add(name string) hashing {
	for i := 0; i < len(name); i++ {
		h = (h ^ hashing(name[i])) * 1099511628211
	}
	return (h ^ 0xff) * 1099511628211
}

func (h hashing) sum() uint64 { return mix(uint64(h)) }

// mix is the finalizer of SplitMix64.
func mix(z uint64) uint64 {
	z += 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// unit maps a hash to [0,1).
func unit(h uint64) float64 { return float64(h>>11) / (1 << 53) }

// candidateNumber is what a candidate of a draw gets: the draw's hash, made
// once, mixed with the hash of the candidate's path, made when compiling.
func candidateNumber(draw, path uint64) float64 { return unit(mix(draw ^ path)) }

// candidateRank orders candidates as their numbers do.
func candidateRank(draw, path uint64) uint64 { return mix(draw^path) >> 11 }

// visitHash holds what the draws of a visit have in common.
type visitHash struct{ draw, tier hashing }

func newVisitHash(seed uint64, visitor, visit string) visitHash {
	h := seeded(seed)
	return visitHash{h.add("draw").add(visitor).add(visit), h.add("tier").add(visitor).add(visit)}
}

// drawHash is the part of every candidate's number that the zone shares.
func (h visitHash) drawHash(zone string) uint64 { return h.draw.add(zone).sum() }

// tierNumber is drawn once for a zone and the tiers present in it.
func (h visitHash) tierNumber(zone, tiers string) float64 {
	return unit(h.tier.add(zone).add(tiers).sum())
}

// pathHash is a candidate's own part of its number.
func pathHash(path string) uint64 { return hash(0, path) }

// inSiteControl is membership in a control group of a share in percent. It and
// the numbers below look at the visitor alone, so that nobody changes
// group from visit to visit.
func inSiteControl(seed uint64, visitor string, share int) bool {
	return siteNumber(seed, visitor) < float64(share)
}

// siteNumber is a visitor's number for the site's control group, in percent.
func siteNumber(seed uint64, visitor string) float64 {
	return unit(hash(seed, "site-control", visitor)) * 100
}

// controlHash is the part of campaign membership that a visitor's campaigns
// share; controlNumber is in percent.
func controlHash(seed uint64, visitor string) uint64 { return hash(seed, "campaign-control", visitor) }

func controlNumber(visitor, campaign uint64) float64 { return unit(mix(visitor^campaign)) * 100 }

// controlDraw is what a control number is made of: whom controlNumber puts
// below a share, controlDraw puts below shareDraws of it.
func controlDraw(visitor, campaign uint64) uint64 { return mix(visitor^campaign) >> 11 }

// shareDraws is the number of draws whose control number is below a share in
// percent.
func shareDraws(share int) uint64 {
	lo, hi := uint64(0), uint64(1)<<53
	for lo < hi {
		if m := (lo + hi) / 2; unit(m<<11)*100 < float64(share) {
			lo = m + 1
		} else {
			hi = m
		}
	}
	return lo
}
