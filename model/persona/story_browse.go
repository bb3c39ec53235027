package persona

import (
	"beckon/model"
	"beckon/model/journey"
)

const second = model.Second

// browse is a look around.
func browse(v *visit) {
	switch n := v.between(1, 100); {
	case n <= 42:
		v.see(&v.site.Home, 16*second)
	case n <= 65:
		v.see(one(&v.dice, v.site.Departments), 20*second)
	case n <= 85:
		v.view(v.product(), 28*second)
	default:
		v.read(one(&v.dice, v.site.Journal), 70*second)
	}
	if v.in100(22) { // one page was enough
		v.leave()
		return
	}
	for range min(14, 1+v.about(3, 9)) {
		switch n := v.between(1, 100); {
		case n <= 24:
			v.see(one(&v.dice, v.site.Departments), 20*second)
		case n <= 60:
			p := v.product()
			v.view(p, 28*second)
			if v.in100(7) {
				v.put(p, 1)
				v.stay(6 * second)
			}
		case n <= 72:
			v.read(one(&v.dice, v.site.Journal), 80*second)
		case n <= 80:
			v.read(one(&v.dice, v.site.Guides), 60*second)
		case n <= 90:
			v.search(*one(&v.dice, v.site.Searches), true, 12*second)
			v.view(v.product(), 25*second)
		case n <= 95:
			v.searchInVain()
		default:
			v.see(one(&v.dice, v.site.Help), 25*second)
		}
	}
	if len(v.trolley) > 0 {
		v.see(&v.site.Cart, 12*second)
		if v.in100(30) {
			v.checkOut(true)
			v.order()
		} else if v.in100(50) {
			v.signal(journey.SignalExit, 0)
			v.stay(3 * second)
		}
	}
	v.leave()
}

// hunt is a comparison of prices.
func hunt(v *visit) {
	kind := "tents"
	if v.in100(30) {
		kind = *one(&v.dice, []string{"boots", "packs"})
	}
	v.see(&v.site.Departments[v.of(kind).Department], 18*second)
	first, other := v.of(kind), v.of(kind)
	for range v.between(1, 2) {
		v.view(first, 24*second)
		v.view(other, 24*second)
	}
	v.put(first, 1)
	v.stay(8 * second)
	if v.in100(60) {
		v.view(v.of("socks", "camping"), 18*second)
		v.put(v.of("socks", "camping"), v.between(1, 2))
		v.stay(6 * second)
	}
	v.see(&v.site.Cart, 14*second)
	if v.in100(45) { // a voucher from somewhere
		v.fail("voucher", "Voucher not valid", "VOU-02", false)
		v.stay(10 * second)
		if v.in100(30) {
			v.fail("voucher", "Voucher not valid", "VOU-02", true)
			v.stay(4 * second)
		}
	}
	if v.in100(55) {
		v.takeOut()
		v.stay(7 * second)
		v.see(&v.site.Departments[first.Department], 15*second)
		cheap := v.of("socks", "camping")
		v.view(cheap, 20*second)
		if v.in100(50) {
			v.put(cheap, 1)
			v.stay(5 * second)
		}
	}
	switch n := v.between(1, 100); {
	case n <= 25 && len(v.trolley) > 0:
		v.see(&v.site.Cart, 9*second)
		v.checkOut(true)
		v.order()
	case n <= 60:
		v.signal(journey.SignalExit, 0)
		v.stay(4 * second)
	}
	v.leave()
}

// checkOut goes through the checkout up to the payment.
func (v *visit) checkOut(gift bool) {
	v.see(&v.site.Address, 35*second)
	if gift && v.in100(20) {
		v.see(&v.site.Gift, 12*second)
	}
	v.see(&v.site.Payment, 30*second)
}

// abandon is a cart that is filled and left, and sometimes come back for.
func abandon(v *visit) {
	if v.number > 0 && len(v.trolley) > 0 {
		comeBack(v)
		return
	}
	p := v.product()
	if v.in100(50) {
		v.see(&v.site.Departments[p.Department], 18*second)
	}
	v.view(p, 30*second)
	v.put(p, 1)
	v.stay(8 * second)
	for range v.between(0, 2) {
		more := v.product()
		v.view(more, 22*second)
		if v.in100(60) {
			v.put(more, v.between(1, 2))
			v.stay(6 * second)
		}
	}
	v.see(&v.site.Cart, 38*second)
	if v.in100(15) {
		v.takeOut()
		v.stay(10 * second)
		v.see(&v.site.Departments[p.Department], 16*second)
	}
	switch n := v.between(1, 100); {
	case n <= 30:
		v.signal(*one(&v.dice, []string{journey.SignalExit, journey.SignalAboutToAbandon}), 0)
		v.stay(5 * second)
	case n <= 65:
		v.checkOut(false)
		v.see(&v.site.Address, 20*second) // back again
		if v.in100(60) {
			v.see(one(&v.dice, v.site.Help), 35*second)
			v.see(&v.site.Cart, 15*second)
		}
	case n <= 80:
		v.see(&v.site.Address, 25*second)
		v.see(one(&v.dice, v.site.Help), 30*second)
	case n <= 90:
		v.see(&v.site.Home, 10*second)
		v.signal(journey.SignalExit, 0)
		v.stay(3 * second)
	}
	v.leave()
}

// comeBack is another visit to a cart that was left.
func comeBack(v *visit) {
	if v.in100(30) {
		v.see(&v.site.Home, 8*second)
	}
	v.see(&v.site.Cart, 30*second)
	if v.in100(50) {
		v.signIn()
	}
	if v.in100(20) {
		v.takeOut()
		v.stay(9 * second)
	}
	if v.in100(50) && len(v.trolley) > 0 {
		v.checkOut(true)
		v.order()
	} else {
		v.signal(journey.SignalExit, 0)
		v.stay(4 * second)
	}
	v.leave()
}
