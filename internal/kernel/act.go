package kernel

// Act is an activation function. Some have parameters p and q, 0 for the others.
type Act uint8

// The activations, y of x.
const (
	ActLinear      Act = iota // x
	ActReLU                   // x where x ≥ 0, p·x below; with q > 0 at most q
	ActLeakyReLU              // x where x ≥ 0, p·x below
	ActSigmoid                // 1/(1+e^−x)
	ActHardSigmoid            // min(max(x/5+½, 0), 1)
	ActTanh                   // tanh x
	ActSoftplus               // log(1+e^x)
	ActSoftsign               // x/(1+|x|)
	ActELU                    // x where x > 0, p·(e^x−1) below
	ActSELU                   // λx where x > 0, λα(e^x−1) below; λ = 1.0507…, α = 1.6733…
	ActGELU                   // x·Φ(x), Φ the normal distribution function
	ActGELUTanh               // ½x(1+tanh(√(2/π)(x+0.044715x³)))
	ActSwish                  // x/(1+e^−x)
	ActExponential            // e^x
)

// ActFromOutput reports whether [ActBackward] takes the activation's output
// rather than its input. For those with a slope p this needs p ≥ 0.
func ActFromOutput(a Act) bool {
	switch a {
	case ActSoftsign, ActGELU, ActGELUTanh, ActSwish:
		return false
	}
	return true
}

// ActForward is dst[i] = a(x[i]) with the parameters p and q. dst may be x. NaN
// gives NaN. It panics unless the lengths are equal.
func ActForward(a Act, p, q float32, dst, x []float32) {
	mustMatch("ActForward", len(dst), len(x))
	actForward(a, p, q, dst, x)
}

// ActBackward is dx[i] = dy[i]·a′, the derivative taken from v: the output where
// [ActFromOutput] says so, the input elsewhere. Results below 2⁻¹²⁶ are +0. At
// the kink of a function with one the derivative is that of the left side, 0 at
// a cap. dx may be dy or v. It panics unless the lengths are equal.
func ActBackward(a Act, p, q float32, dx, dy, v []float32) {
	mustMatch("ActBackward", len(dx), len(dy), len(v))
	actBackward(a, p, q, dx, dy, v)
}

// ReLU is dst[i] = x[i] where that is not below 0 (so NaN and −0 stay), 0
// elsewhere. dst may be x.
func ReLU(dst, x []float32) { ActForward(ActReLU, 0, 0, dst, x) }
