package model

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/text/currency"
)

// Money is an amount in ten-thousandths of the currency's unit, so that sums
// and comparisons are exact. Its text form is a decimal such as "49.50".
type Money int64

// MoneyScale is how many Money make one unit of a currency.
const MoneyScale = 10000

// ErrMoney is wrapped by every refusal of [ParseMoney].
var ErrMoney = errors.New("not an amount")

// ParseMoney reads a decimal with up to 12 digits before the point and up to 4
// after it. It refuses everything else, exponents, NaN and infinities included.
func ParseMoney(s string) (Money, error) {
	body, neg := strings.CutPrefix(s, "-")
	whole, frac, dot := strings.Cut(body, ".")
	if len(whole) == 0 || len(whole) > 12 || len(frac) > 4 || dot && frac == "" {
		return 0, fmt.Errorf("%w: want up to 12 digits, a point and up to 4 digits", ErrMoney)
	}
	var v int64
	for _, c := range []byte(whole + frac) {
		if c < '0' || c > '9' {
			return 0, fmt.Errorf("%w: want digits and one decimal point", ErrMoney)
		}
		v = v*10 + int64(c-'0')
	}
	for i := len(frac); i < 4; i++ {
		v *= 10
	}
	if neg {
		v = -v
	}
	return Money(v), nil
}

// String returns the amount with two decimals, or up to four where it has them.
func (m Money) String() string {
	sign, v := "", uint64(m)
	if m < 0 {
		sign, v = "-", -uint64(m)
	}
	frac := fmt.Sprintf("%04d", v%MoneyScale)
	for len(frac) > 2 && frac[len(frac)-1] == '0' {
		frac = frac[:len(frac)-1]
	}
	return sign + strconv.FormatUint(v/MoneyScale, 10) + "." + frac
}

// Decimals is how many decimals amounts of a currency are told with: those of
// its smallest unit, and two where the currency is none that is known.
func Decimals(code string) int {
	unit, err := currency.ParseISO(code)
	if err != nil {
		return 2
	}
	decimals, _ := currency.Standard.Rounding(unit)
	return min(decimals, 4)
}

// In returns the amount as people are told it, with the currency's decimals and
// rounded to them, halves away from zero. What is computed with keeps [Money.String].
func (m Money) In(code string) string {
	decimals := Decimals(code)
	unit := uint64(1)
	for range 4 - decimals {
		unit *= 10
	}
	sign, v := "", uint64(m)
	if m < 0 {
		sign, v = "-", -uint64(m)
	}
	v = (v + unit/2) / unit
	if v == 0 {
		sign = ""
	}
	said := fmt.Sprintf("%0*d", decimals+1, v)
	if decimals == 0 {
		return sign + said
	}
	return sign + said[:len(said)-decimals] + "." + said[len(said)-decimals:]
}

// IsZero reports whether the amount is zero.
func (m Money) IsZero() bool { return m == 0 }

// MarshalText implements encoding.TextMarshaler.
func (m Money) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (m *Money) UnmarshalText(b []byte) error {
	v, err := ParseMoney(string(b))
	if err != nil {
		return err
	}
	*m = v
	return nil
}
