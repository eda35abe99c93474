// Package fmath has float64 functions that give the same bits on every
// platform.
//
// The functions of package math differ in the last bits between processors:
// some are assembly on some of them, and the compiler fuses x*y+z into one
// rounding where the processor can. Here every operation is a single IEEE 754
// one: +, −, ×, ÷, math.Sqrt, and math.FMA where a fused operation is meant. A
// product that is added without math.FMA is written float64(x*y) + z, which
// forbids fusing.
//
// The elementary functions compute in pairs of doubles (hi + lo, see pair.go)
// and round once at the end: their error is below 0.51 units in the last place
// (Pow: 0.55), subnormal results included. NaN gives NaN unless said otherwise.
//
// Sums have one fixed order that depends on the length alone.
package fmath
