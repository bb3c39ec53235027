package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// An envelope is: version (1 byte), packing (1 byte), CRC-32C (4 bytes, big endian), payload. The sum covers the bucket, the key,
// the first two bytes and the payload as it lies there, so that a value under the wrong key does not pass either.
const (
	envelopeVersion = 1
	envelopeHeader  = 6

	packedPlain = 0
	packedZstd  = 1

	// Payloads above this are compressed: a value of more than about 3.9 KB takes two pages.
	compressAbove = 3500
	// No payload unpacks to more; a change of the largest size stays well below.
	unpackedLimit = 256 << 20
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

var encoder = sync.OnceValue(func() *zstd.Encoder {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false))
	if err != nil {
		panic(err) // the options are constants
	}
	return e
})

var decoder = sync.OnceValue(func() *zstd.Decoder {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(2), zstd.WithDecoderMaxMemory(unpackedLimit))
	if err != nil {
		panic(err) // the options are constants
	}
	return d
})

// Seal puts a payload that lies in a bucket under a key into its envelope.
func Seal(bucket string, key, payload []byte) []byte {
	out := make([]byte, envelopeHeader, envelopeHeader+len(payload))
	out[0], out[1] = envelopeVersion, packedPlain
	if len(payload) > compressAbove {
		if packed := encoder().EncodeAll(payload, out); len(packed) < envelopeHeader+len(payload) {
			packed[1] = packedZstd
			out = packed
		}
	}
	if out[1] == packedPlain {
		out = append(out[:envelopeHeader], payload...)
	}
	binary.BigEndian.PutUint32(out[2:], envelopeSum(bucket, key, out))
	return out
}

func envelopeSum(bucket string, key, value []byte) uint32 {
	sum := crc32.Update(0, castagnoli, []byte(bucket))
	sum = crc32.Update(sum, castagnoli, []byte{0})
	sum = crc32.Update(sum, castagnoli, key)
	sum = crc32.Update(sum, castagnoli, value[:2])
	return crc32.Update(sum, castagnoli, value[envelopeHeader:])
}

// Check verifies the sum without unpacking.
func Check(bucket string, key, value []byte) error {
	switch {
	case len(value) < envelopeHeader:
		return fmt.Errorf("a value of %d bytes is shorter than its envelope", len(value))
	case binary.BigEndian.Uint32(value[2:]) != envelopeSum(bucket, key, value):
		return errors.New("the checksum does not match")
	case value[0] != envelopeVersion:
		return fmt.Errorf("envelope version %d is not known", value[0])
	case value[1] > packedZstd:
		return fmt.Errorf("packing %d is not known", value[1])
	}
	return nil
}

// Unseal returns a copy of the payload, which stays valid after the transaction.
func Unseal(bucket string, key, value []byte) ([]byte, error) {
	if err := Check(bucket, key, value); err != nil {
		return nil, err
	}
	if value[1] == packedPlain {
		return append([]byte{}, value[envelopeHeader:]...), nil
	}
	payload, err := decoder().DecodeAll(value[envelopeHeader:], nil)
	if err != nil {
		return nil, fmt.Errorf("unpacking: %w", err)
	}
	return payload, nil
}
