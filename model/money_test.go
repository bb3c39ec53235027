package model_test

import (
	"testing"

	"pgregory.net/rapid"

	"beckon/model"
)

func TestMoneyIsToldWithTheDecimalsOfItsCurrency(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ amount, currency, want string }{
		{"41.6667", "EUR", "41.67"},
		{"41.665", "USD", "41.67"},
		{"-41.665", "USD", "-41.67"},
		{"41.6649", "", "41.66"},
		{"41.6649", "points", "41.66"},
		{"41.6649", "XXQ", "41.66"},
		{"4166.5", "JPY", "4167"},
		{"0.4", "JPY", "0"},
		{"-0.4", "JPY", "0"},
		{"12.3456", "KWD", "12.346"},
		{"0", "EUR", "0.00"},
		{"-0.004", "EUR", "0.00"},
		{"0.05", "EUR", "0.05"},
		{"999999999999.9999", "EUR", "1000000000000.00"},
	} {
		m, err := model.ParseMoney(tt.amount)
		if err != nil {
			t.Fatal(err)
		}
		if got := m.In(tt.currency); got != tt.want {
			t.Errorf("%s %s is told as %s, want %s", tt.amount, tt.currency, got, tt.want)
		}
	}
}

func TestMoneyIsToldAsNearAsItsDecimalsAllow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := model.Money(rapid.Int64Range(-1e15, 1e15).Draw(t, "amount"))
		currency := rapid.SampledFrom([]string{"EUR", "JPY", "KWD", "", "none"}).Draw(t, "currency")
		said, err := model.ParseMoney(m.In(currency))
		if err != nil {
			t.Fatal(err)
		}
		half := model.Money(model.MoneyScale / 2)
		for range model.Decimals(currency) {
			half /= 10
		}
		if d := said - m; d > half || d < -half {
			t.Fatalf("%s %s is told as %s", m, currency, said)
		}
	})
}
