// Package nntest checks layers: those of package nn and those that users write.
//
// A [Case] names a layer, the shapes it promises, and its formula in float64.
// [Check] runs the layer's op as a model would and compares: values with the
// formula, gradients with the formula's differences at a step of 1e-5, in
// training, in use and frozen. It then checks what models rely on:
//
//   - description: it can be stored and read back, and two builds share nothing;
//   - memory: inputs and weights stay as they are, outputs and gradients are
//     overwritten whatever they held, nothing is written beside them, scratch
//     memory may hold anything, and a pass allocates nothing;
//   - wants: gradients that are not asked for are left out, the others stay;
//   - determinism: the same pass has the same bits, again, beside others and on
//     several threads;
//   - neighbours: an activation that a loss computes, and the derivative of a ReLU
//     that the next op computes, are left out;
//   - use: each row's output depends on that row alone;
//   - random numbers: they depend on the pass's key, and only in training.
//
// A check that could not see a fault of 0.1 % in a value or a gradient of the
// given case fails too.
package nntest
