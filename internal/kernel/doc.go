// Package kernel has every hot loop of goodfit over float32 slices.
//
// # Twins
//
// Each kernel exists as a Go twin, always compiled, which is its specification,
// and as assembly for some levels (see [Level]), chosen by an if on the active
// level. Twins agree bit for bit; any NaN equals any NaN, −0 and +0 differ.
// The tag purego leaves the assembly out.
//
// # Order of operations
//
//   - An element of a matrix product is one chain of fused multiply-adds in
//     ascending k that starts from +0, or from C when it accumulates. The
//     epilogue adds the bias, then applies the activation.
//   - A sum along the contiguous axis has 16 lanes: element i goes to lane
//     i mod 16, and the lanes are added as a fixed tree (8+8, 4+4, 2+2, 1+1).
//   - A sum over rows adds in ascending row order, column by column.
//   - exp, log, tanh, sigmoid and erf are polynomials with the same operations
//     in every twin; division and square root are IEEE.
//   - Go code writes float32(x*y) wherever a product is added, because the
//     compiler may fuse otherwise.
//
// # Subnormals
//
// Update kernels and activation gradients write +0 for results below 2⁻¹²⁶ in
// magnitude, by compare and mask. The processor's own flush modes are never set.
//
// # Arguments
//
// Exported functions check lengths once and panic with the sizes; twins do not
// check. Slices may be the same where the comment says "in place", and must not
// overlap otherwise. Assembly never reads or writes outside the slices.
package kernel
