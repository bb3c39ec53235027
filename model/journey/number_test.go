package journey

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"beckon/model"
)

func TestNumbersAreReadAsATableWritesThem(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ form, in, want string }{
		{numbersComma, "1.234,50", "1234.50"}, {numbersComma, "1234,5", "1234.5"}, {numbersComma, "12", "12"}, {numbersComma, "-1.234", "-1234"}, {numbersComma, "1 234,50", "1234.50"},
		{numbersComma, "1\u00a0234\u00a0567,50", "1234567.50"}, {numbersComma, "1'234,50", "1234.50"}, {numbersComma, " 7,00 ", "7.00"}, {numbersComma, "", ""},
		{numbersPoint, "1,234.50", "1234.50"}, {numbersPoint, "1,234,567", "1234567"}, {numbersPoint, "0.5", "0.5"},
		{numbersPlain, "1,5", "1,5"}, // as it is; who reads it says what is wrong
		{numbersComma, "12.50", "!"}, {numbersComma, "1.23,4", "!"}, {numbersComma, "1,2,3", "!"}, {numbersComma, ",5", "!"}, {numbersComma, "5,", "!"}, {numbersComma, "--5", "!"}, {numbersComma, "12 EUR", "!"},
		{numbersPoint, "1,23.4", "!"}, {numbersPoint, "1.234.5", "!"}, {numbersPoint, "1234,567.00", "!"}, {numbersComma, "1.234 567", "!"}, {numbersComma, "-", "!"},
	} {
		got, ok := plainNumber(tt.in, tt.form)
		if !ok {
			got = "!"
		}
		if got != tt.want {
			t.Errorf("%q in %q: %q, want %q", tt.in, tt.form, got, tt.want)
		}
	}
}

// Whatever an amount is, it is read again from how either form writes it.
func TestAmountsSurviveEveryForm(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		whole, cents := rapid.Int64Range(0, 999_999_999).Draw(t, "whole"), rapid.Int64Range(0, 99).Draw(t, "cents")
		grouped := fmt.Sprint(whole)
		for i := len(grouped) - 3; i > 0; i -= 3 {
			grouped = grouped[:i] + "," + grouped[i:]
		}
		point := fmt.Sprintf("%s.%02d", grouped, cents)
		comma := strings.NewReplacer(",", ".", ".", ",").Replace(point)
		want, err := model.ParseMoney(fmt.Sprintf("%d.%02d", whole, cents))
		if err != nil {
			t.Fatal(err)
		}
		for form, v := range map[string]string{numbersPoint: point, numbersComma: comma} {
			plain, ok := plainNumber(v, form)
			if got, err := model.ParseMoney(plain); !ok || err != nil || got != want {
				t.Fatalf("%s: %s %v %v", v, plain, ok, err)
			}
		}
	})
}
