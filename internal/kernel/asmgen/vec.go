package asmgen

// vecFamily has arithmetic and functions element by element.
func vecFamily() family {
	binary := func(name, numbers string, f func(b *block, x, y *vec) *vec) spec {
		return elementwise(name, "dst a b", numbers, 4, func(b *block) { b.store(0, f(b, b.load(1), b.load(2))) })
	}
	unary := func(name, numbers string, unroll int, f func(b *block, x *vec) *vec) spec {
		return elementwise(name, "dst x", numbers, unroll, func(b *block) { b.store(0, f(b, b.load(1))) })
	}
	function := func(name string, f func(b *block, x *vec) *vec) spec { return unary(name, "", 1, f) }
	s := parameter("s")
	return family{"vec", "Arithmetic and functions element by element, see vec.go and vec_math.go.", []spec{
		binary("add", "", (*block).sum),
		binary("sub", "", (*block).sub),
		binary("mul", "", (*block).mul),
		binary("addScaled", "s", func(b *block, x, y *vec) *vec { return b.fma(y, s, x) }),
		binary("lerp", "s", func(b *block, x, y *vec) *vec { return b.fma(b.sub(y, x), s, x) }),
		binary("max", "", func(b *block, x, y *vec) *vec {
			return b.sel(b.compare(x, notEqual, x), x, b.max(x, y))
		}),
		unary("scale", "s", 4, func(b *block, x *vec) *vec { return b.mul(x, s) }),
		unary("clip", "lo hi", 4, func(b *block, x *vec) *vec {
			return b.min(parameter("hi"), b.max(parameter("lo"), x))
		}),
		unary("invStd", "eps", 1, func(b *block, x *vec) *vec {
			return b.div(constant(1), b.sqrt(b.sum(x, parameter("eps"))))
		}),
		function("sqrt", (*block).sqrt),
		function("exp", (*block).exp),
		function("expm1", (*block).expm1),
		function("log", (*block).log),
		function("tanh", (*block).tanh),
		function("sigmoid", (*block).sigmoid),
		function("erf", (*block).erf),
		function("softplus", (*block).softplus),
	}}
}
