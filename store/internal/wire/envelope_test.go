package wire

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"
)

func TestEnvelopeGivesBackWhatItGot(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		bucket := rapid.SampledFrom([]string{"docs", "history", "commits"}).Draw(t, "bucket")
		key := rapid.SliceOfN(rapid.Byte(), 1, 50).Draw(t, "key")
		payload := bytes.Repeat(rapid.SliceOf(rapid.Byte()).Draw(t, "payload"), rapid.IntRange(1, 200).Draw(t, "times"))
		value := Seal(bucket, key, payload)
		got, err := Unseal(bucket, key, value)
		if err != nil || !bytes.Equal(got, payload) {
			t.Fatalf("got %q, %v", got, err)
		}
		if len(value) > envelopeHeader+len(payload) {
			t.Fatalf("%d bytes take %d", len(payload), len(value))
		}
		i := rapid.IntRange(0, len(value)-1).Draw(t, "byte")
		value[i] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		if got, err := Unseal(bucket, key, value); err == nil {
			t.Fatalf("a changed bit passes as %q", got)
		}
		value = Seal(bucket, key, payload)
		if _, err := Unseal(bucket, append(key, 0), value); err == nil {
			t.Fatal("a value passes under another key")
		}
		if _, err := Unseal("drafts", key, value); err == nil {
			t.Fatal("a value passes in another bucket")
		}
	})
}

func FuzzEnvelope(f *testing.F) {
	f.Add([]byte{})
	f.Add(Seal("docs", []byte("k"), []byte("payload")))
	f.Add(Seal("docs", []byte("k"), bytes.Repeat([]byte("payload "), 1000)))
	f.Fuzz(func(t *testing.T, value []byte) {
		if payload, err := Unseal("docs", []byte("k"), value); err == nil && len(payload) > unpackedLimit {
			t.Fatalf("%d bytes unpack to %d", len(value), len(payload))
		}
	})
}
