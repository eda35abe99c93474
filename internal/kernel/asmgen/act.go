package asmgen

const (
	seluScale      = 0x1.0cfabep+0
	seluScaleAlpha = 0x1.c212cap+0
	geluCubic      = 0x1.6e4e26p-5
	gelu2Sqrt2Pi   = 0x1.988454p+0
	invSqrt2Pi     = 0x1.988454p-2
)

// actFamily has the activations; their Go twins are in act_generic.go.
func actFamily() family {
	forward := func(name, numbers string, unroll int, f func(b *block, x *vec) *vec) spec {
		return elementwise(name, "dst x", numbers, unroll, func(b *block) { b.store(0, f(b, b.load(1))) })
	}
	return family{"act", "Activations, see act.go.", append([]spec{
		forward("relu", "", 4, func(b *block, x *vec) *vec { return b.max(constant(0), x) }),
		forward("leakyReLU", "p", 4, func(b *block, x *vec) *vec {
			return b.sel(b.compare(x, less, constant(0)), b.mul(x, parameter("p")), x)
		}),
		forward("hardSigmoid", "", 2, func(b *block, x *vec) *vec {
			y := b.fma(x, constant(0.2), constant(0.5))
			return b.min(constant(1), b.max(constant(0), y))
		}),
		forward("softsign", "", 1, func(b *block, x *vec) *vec { return b.div(x, b.sum(b.abs(x), constant(1))) }),
		forward("elu", "scale alpha", 1, func(b *block, x *vec) *vec {
			low := b.mul(b.expm1(x), parameter("alpha"))
			return b.sel(b.compare(x, greater, constant(0)), b.mul(x, parameter("scale")), low)
		}),
		forward("gelu", "", 1, func(b *block, x *vec) *vec {
			phi, _ := b.normalCDF(x)
			return b.mul(x, phi)
		}),
		forward("geluTanh", "", 1, func(b *block, x *vec) *vec {
			u, _ := b.geluTanhArg(x)
			return b.mul(x, b.sigmoid(u))
		}),
		forward("swish", "", 1, func(b *block, x *vec) *vec { return b.mul(x, b.sigmoid(x)) }),
	}, actGradients()...)}
}

// geluTanhArg returns u = 2√(2/π)(x+0.044715x³) and its derivative.
func (b *block) geluTanhArg(x *vec) (u, du *vec) {
	s := b.mul(x, x)
	u = b.mul(b.mul(x, constant(gelu2Sqrt2Pi)), b.fma(s, constant(geluCubic), constant(1)))
	return u, b.mul(b.fma(s, constant(3*geluCubic), constant(1)), constant(gelu2Sqrt2Pi))
}

// actGradients are dx = d·a′(v), flushed.
func actGradients() []spec {
	one, p, q := constant(1), parameter("p"), parameter("q")
	gradient := func(name, numbers string, unroll int, f func(b *block, d, v *vec) *vec) spec {
		return elementwise(name+"Gradient", "dx dy v", numbers, unroll, func(b *block) {
			b.store(0, b.flush(f(b, b.load(1), b.load(2))))
		})
	}
	slope := func(name string, f func(b *block, v *vec) *vec) spec {
		return gradient(name, "", 1, func(b *block, d, v *vec) *vec { return b.mul(d, f(b, v)) })
	}
	return []spec{
		elementwise("flush", "dst x", "", 4, func(b *block) { b.store(0, b.flush(b.load(1))) }),
		gradient("relu", "", 4, func(b *block, d, v *vec) *vec { return b.keep(b.compare(v, greater, constant(0)), d) }),
		gradient("leakyReLU", "p", 2, func(b *block, d, v *vec) *vec {
			return b.sel(b.compare(v, greater, constant(0)), d, b.mul(d, p))
		}),
		gradient("cappedReLU", "p q", 2, func(b *block, d, v *vec) *vec {
			g := b.sel(b.compare(v, greater, constant(0)), d, b.mul(d, p))
			return b.keep(b.compare(v, notGreaterEqual, q), g)
		}),
		gradient("hardSigmoid", "", 2, func(b *block, d, v *vec) *vec {
			linear := b.both(b.compare(v, greater, constant(0)), b.compare(v, less, one))
			return b.keep(linear, b.mul(d, constant(0.2)))
		}),
		gradient("elu", "scale alpha", 2, func(b *block, d, v *vec) *vec {
			low := b.mul(d, b.sum(v, parameter("alpha")))
			return b.sel(b.compare(v, greater, constant(0)), b.mul(d, parameter("scale")), low)
		}),
		slope("sigmoid", func(b *block, v *vec) *vec { return b.mul(v, b.sub(one, v)) }),
		slope("tanh", func(b *block, v *vec) *vec { return b.fnma(v, v, one) }),
		slope("softplus", func(b *block, v *vec) *vec {
			sign := constantBits(1 << 31)
			return b.xor(b.expm1(b.xor(v, sign)), sign)
		}),
		slope("softsign", func(b *block, v *vec) *vec {
			r := b.div(one, b.sum(b.abs(v), one))
			return b.mul(r, r)
		}),
		slope("gelu", func(b *block, v *vec) *vec {
			phi, e := b.normalCDF(v)
			return b.fma(v, b.mul(e, constant(invSqrt2Pi)), phi)
		}),
		slope("geluTanh", func(b *block, v *vec) *vec {
			u, du := b.geluTanhArg(v)
			s := b.sigmoid(u)
			return b.fma(b.mul(b.mul(v, du), s), b.sub(one, s), s)
		}),
		slope("swish", func(b *block, v *vec) *vec {
			s := b.sigmoid(v)
			return b.mul(s, b.fma(v, b.sub(one, s), one))
		}),
		slope("exponential", func(_ *block, v *vec) *vec { return v }),
	}
}
