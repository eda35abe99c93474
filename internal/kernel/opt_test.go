package kernel_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/kernel"
)

// rule is an optimizer in float64: it returns the new weight for gradient g at
// update t, and keeps its state in s.
type rule func(w, g, rate float64, s []float64, t int) float64

const (
	b1, b2, rho, eps, mu = 0.9, 0.999, 0.95, 1e-7, 0.9
)

func average(beta, m, x float64) float64 { return beta*m + (1-beta)*x }

// nadamFactors are μₜ, μₜ₊₁, Πₜ and Πₜ₊₁.
func nadamFactors(t int) (mt, next, product, nextProduct float64) {
	factor := func(t int) float64 { return b1 * (1 - 0.5*math.Pow(0.96, float64(t))) }
	product = 1
	for i := 1; i <= t; i++ {
		product *= factor(i)
	}
	return factor(t), factor(t + 1), product, product * factor(t+1)
}

// rules are written after the papers and Keras 3, with the state at 0.
var rules = map[string]rule{
	"SGD": func(w, g, rate float64, _ []float64, _ int) float64 { return w - rate*g },
	"SGD momentum": func(w, g, rate float64, s []float64, _ int) float64 {
		s[0] = mu*s[0] - rate*g
		return w + s[0]
	},
	"SGD Nesterov": func(w, g, rate float64, s []float64, _ int) float64 {
		s[0] = mu*s[0] - rate*g
		return w + mu*s[0] - rate*g
	},
	"Adam": func(w, g, rate float64, s []float64, t int) float64 {
		s[0], s[1] = average(b1, s[0], g), average(b2, s[1], g*g)
		alpha := rate * math.Sqrt(1-math.Pow(b2, float64(t))) / (1 - math.Pow(b1, float64(t)))
		return w - alpha*s[0]/(math.Sqrt(s[1])+eps)
	},
	"AMSGrad": func(w, g, rate float64, s []float64, t int) float64 {
		s[0], s[1] = average(b1, s[0], g), average(b2, s[1], g*g)
		s[2] = max(s[2], s[1])
		alpha := rate * math.Sqrt(1-math.Pow(b2, float64(t))) / (1 - math.Pow(b1, float64(t)))
		return w - alpha*s[0]/(math.Sqrt(s[2])+eps)
	},
	"Adamax": func(w, g, rate float64, s []float64, t int) float64 {
		s[0], s[1] = average(b1, s[0], g), max(b2*s[1], math.Abs(g))
		return w - rate*s[0]/((1-math.Pow(b1, float64(t)))*(s[1]+eps))
	},
	"Nadam": func(w, g, rate float64, s []float64, t int) float64 {
		s[0], s[1] = average(b1, s[0], g), average(b2, s[1], g*g)
		mt, next, product, nextProduct := nadamFactors(t)
		m := next*s[0]/(1-nextProduct) + (1-mt)*g/(1-product)
		return w - rate*m/(math.Sqrt(s[1]/(1-math.Pow(b2, float64(t))))+eps)
	},
	"RMSprop": func(w, g, rate float64, s []float64, _ int) float64 {
		s[0] = average(rho, s[0], g*g)
		return w - rate*g/math.Sqrt(s[0]+eps)
	},
	"RMSprop both": func(w, g, rate float64, s []float64, _ int) float64 {
		s[0], s[2] = average(rho, s[0], g*g), average(rho, s[2], g)
		s[1] = mu*s[1] + rate*g/math.Sqrt(s[0]-s[2]*s[2]+eps)
		return w - s[1]
	},
	"Adagrad": func(w, g, rate float64, s []float64, _ int) float64 {
		s[0] += g * g
		return w - rate*g/math.Sqrt(s[0]+eps)
	},
	"Adadelta": func(w, g, rate float64, s []float64, _ int) float64 {
		s[0] = average(rho, s[0], g*g)
		delta := math.Sqrt(s[1]+eps) * g / math.Sqrt(s[0]+eps)
		s[1] = average(rho, s[1], delta*delta)
		return w - rate*delta
	},
}

// apply makes update t by the kernel: s is w, g and up to three state slices.
func apply(name string, s [][]float32, u kernel.Update, t int) {
	w, g := s[0], s[1]
	rate := float64(u.Rate)
	switch name {
	case "SGD":
		kernel.SGD(w, g, nil, &u, 0, false)
	case "SGD momentum", "SGD Nesterov":
		kernel.SGD(w, g, s[2], &u, mu, name == "SGD Nesterov")
	case "Adam", "AMSGrad":
		alpha := math.Sqrt(1-math.Pow(b2, float64(t))) / (1 - math.Pow(b1, float64(t)))
		u.Rate = float32(rate * alpha)
		u.Decay /= float32(alpha)
		var top []float32
		if name == "AMSGrad" {
			top = s[4]
		}
		kernel.Adam(w, g, s[2], s[3], top, &u, b1, b2, eps)
	case "Adamax":
		u.Rate = float32(rate / (1 - math.Pow(b1, float64(t))))
		u.Decay *= float32(1 - math.Pow(b1, float64(t)))
		kernel.Adamax(w, g, s[2], s[3], &u, b1, b2, eps)
	case "Nadam":
		mt, next, product, nextProduct := nadamFactors(t)
		kernel.Nadam(w, g, s[2], s[3], &u, b1, b2, eps, kernel.NadamScalars{
			Mean: float32(next / (1 - nextProduct)), Gradient: float32((1 - mt) / (1 - product)),
			Square: float32(1 / (1 - math.Pow(b2, float64(t))))})
	case "RMSprop":
		kernel.RMSprop(w, g, s[2], nil, nil, &u, rho, eps, 0)
	case "RMSprop both":
		kernel.RMSprop(w, g, s[2], s[3], s[4], &u, rho, eps, mu)
	case "Adagrad":
		kernel.Adagrad(w, g, s[2], &u, eps)
	case "Adadelta":
		kernel.Adadelta(w, g, s[2], s[3], &u, rho, eps)
	}
}

// TestOptimizersFollowTheirRules makes 100 updates of every optimizer, plain and
// with penalties, scale, clipping and decay, beside its rule in float64.
func TestOptimizersFollowTheirRules(t *testing.T) {
	for _, u := range []kernel.Update{
		{Rate: 0.01, GradScale: 1},
		{Rate: 0.01, GradScale: 0.5, L1: 0.02, L2: 0.05, ClipValue: 0.4, Decay: 0.1},
	} {
		for name, rule := range rules {
			rng := rand.New(rand.NewPCG(6, 6))
			const n = 37
			s := make([][]float32, 5)
			for i := range s {
				s[i] = make([]float32, n)
			}
			w, state := make([]float64, n), make([][]float64, n)
			for i := range w {
				s[0][i] = float32(rng.NormFloat64())
				w[i], state[i] = float64(s[0][i]), make([]float64, 3)
			}
			for step := 1; step <= 100; step++ {
				for i := range w {
					s[1][i] = float32(rng.NormFloat64() + 0.2)
					g := float64(s[1][i])
					g += float64(u.L1)*math.Copysign(1, w[i]) + 2*float64(u.L2)*w[i]
					g *= float64(u.GradScale)
					if c := float64(u.ClipValue); c > 0 {
						g = math.Max(-c, math.Min(c, g))
					}
					w[i] -= float64(u.Rate) * float64(u.Decay) * w[i]
					w[i] = rule(w[i], g, float64(u.Rate), state[i], step)
				}
				apply(name, s, u, step)
			}
			for i := range w {
				// 100 roundings of weights of about 1 and of steps of 0.01.
				if math.Abs(float64(s[0][i])-w[i]) > 2e-5 {
					t.Errorf("%s with %+v: weight %d is %v, want %v", name, u, i, s[0][i], w[i])
					break
				}
			}
		}
	}
}

// TestDeadWeightsSettle lets the moments of weights without gradient decay: they
// must become +0, not stay subnormal, at which arithmetic is slow.
func TestDeadWeightsSettle(t *testing.T) {
	each(t, func(t *testing.T, level kernel.Level) {
		for _, o := range optimizers(&kernel.Update{Rate: 1e-3, GradScale: 1}) {
			s := make([][]float32, o.slices)
			for i := range s {
				s[i] = make([]float32, 20)
				kernel.Fill(s[i], 0x1p-125)
			}
			kernel.Fill(s[1], 0)
			for range 3 {
				o.call(s)
			}
			for i := range s {
				for _, x := range s[i] {
					if a := math.Abs(float64(x)); a != 0 && a < 0x1p-126 {
						t.Fatalf("%s keeps %g in slice %d", o.name, x, i)
					}
				}
			}
		}
	})
}
