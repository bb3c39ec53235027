package persona

import (
	"beckon/model"
	"beckon/model/journey"
)

// payBill is a look at the bill, and mostly its payment.
func payBill(v *visit) {
	v.open(&v.site.Account, "")
	v.stay(6 * second)
	if v.in100(90) {
		v.signIn()
	}
	v.stay(9 * second)
	v.see(&v.site.Bills, 40*second)
	if v.in100(25) {
		v.see(&v.site.BillingHelp, 35*second)
		v.see(&v.site.Bills, 30*second)
	}
	balance := model.Money(0)
	if v.who.customer != nil {
		balance = *v.who.customer.Balance
	}
	switch n := v.between(1, 100); {
	case v.paid || balance == 0:
		v.see(&v.site.Orders, 20*second)
	case n <= 55:
		v.open(&v.site.BillPaid, "")
		v.service("bill payment", "complete", "billing", v.id("S"))
		v.paid = !v.over
		v.stay(8 * second)
	case n <= 70:
		id := v.id("S")
		v.service("payment plan", "pending", "billing", id)
		v.stay(45 * second)
		v.service("payment plan", "approved", "billing", id)
		v.stay(10 * second)
	case n <= 80:
		v.fail("bill form", "Payment failed", "PAY-03", false)
		v.stay(25 * second)
		v.see(&v.site.BillingHelp, 40*second)
	}
	v.leave()
}

// trouble is a customer for whom something does not work.
func trouble(v *visit) {
	if v.in100(35) {
		v.see(&v.site.Home, 9*second)
	} else {
		v.open(&v.site.Account, "")
		v.stay(7 * second)
	}
	if v.in100(88) {
		v.signIn()
	}
	switch n := v.between(1, 100); {
	case n <= 34:
		refused(v)
	case n <= 54:
		returnParcel(v)
	case n <= 70:
		lateParcel(v)
	default:
		stuck(v)
	}
	v.leave()
}

// refused is a payment that fails, and perhaps goes through at last.
func refused(v *visit) {
	p := v.product()
	v.view(p, 22*second)
	v.put(p, 1)
	v.stay(6 * second)
	v.see(&v.site.Cart, 12*second)
	v.checkOut(false)
	code := *one(&v.dice, []string{"PAY-03", "PAY-03", "PAY-12", "PAY-51"})
	for range v.between(1, 3) {
		v.fail("payment form", "Payment failed", code, false)
		v.stay(28 * second)
	}
	if v.in100(55) {
		v.fail("payment form", "Payment failed", code, true)
		v.stay(6 * second)
		v.order()
		if v.in100(40) {
			v.read(&v.site.Journal[0], 50*second)
		}
		return
	}
	v.see(one(&v.dice, v.site.Help), 40*second)
}

// returnParcel is a return that wants something.
func returnParcel(v *visit) {
	v.see(&v.site.Orders, 15*second)
	v.open(&v.site.Returns, "")
	v.stay(8 * second)
	id := v.id("S")
	status := *one(&v.dice, []model.ServiceStatus{"pending", "missing-details", "waiting-for-customer-response", "in-progress"})
	v.service("return parcel", status, "returns", id)
	v.stay(35 * second)
	v.see(&v.site.ReturnsHelp, 40*second)
	if v.in100(40) {
		v.open(&v.site.Returns, "")
		v.stay(20 * second)
		v.service("return parcel", "resolved", "returns", id)
		v.stay(6 * second)
	}
}

// lateParcel is an order that does not come.
func lateParcel(v *visit) {
	v.see(&v.site.Orders, 14*second)
	v.track(v.id("FF"))
	if v.in100(60) {
		v.see(&v.site.DeliveryHelp, 40*second)
	}
	if v.in100(40) {
		v.service("delivery", "pending", "delivery", v.id("S"))
		v.stay(12 * second)
	}
}

// stuck is a customer who cannot make up their mind about a product.
func stuck(v *visit) {
	p := v.of("boots", "packs")
	v.see(&v.site.Departments[p.Department], 30*second)
	v.view(p, 35*second)
	v.view(v.of("boots", "packs"), 5*second)
	v.linger(50*second, 90*second)
	if v.in100(30) {
		v.put(p, 1)
		v.stay(8 * second)
		v.see(&v.site.Cart, 20*second)
		v.checkOut(true)
		v.order()
	}
}

// becomeLead is a request for a quote, or a sign-up for the newsletter.
func becomeLead(v *visit) {
	if v.number == 0 && v.in100(25) {
		v.read(one(&v.dice, v.site.Journal), 90*second)
		if v.in100(60) {
			v.see(&v.site.Newsletter, 25*second)
			v.lead("newsletter", 0)
			v.stay(4 * second)
		}
		v.leave()
		return
	}
	v.open(&v.site.Business, "")
	v.stay(9 * second)
	size := v.between(8, 260)
	if v.who.company == 0 {
		v.who.company = size
	}
	size = v.who.company
	v.emit(journey.Event{Type: journey.CustomerInfo, Customer: &journey.Customer{CompanySize: &size,
		Other: map[string]string{"role": *one(&v.dice, []string{"Purchasing", "Buyer", "Office"})}}})
	v.stay(25 * second)
	if v.in100(50) {
		v.view(v.of("boots", "packs"), 25*second)
		v.see(&v.site.Business, 15*second)
	}
	if v.in100(60) {
		v.see(&v.site.Quote, 80*second)
		if v.in100(70) {
			v.open(&v.site.QuoteThanks, "")
			v.lead("quote", euros(int64(size)*int64(v.between(9, 40)), 0))
			v.stay(7 * second)
		}
	}
	v.leave()
}
