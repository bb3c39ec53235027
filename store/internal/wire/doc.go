// Package wire is how the stores keep a value: fields one after the other ([Append…] and [Reader]), in an envelope with a checksum
// over the place where it lies ([Seal] and [Unseal]). What is in which value, each store knows alone.
package wire
