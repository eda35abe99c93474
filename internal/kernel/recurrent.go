package kernel

// LSTMForward is one step of a long short-term memory for one row or more of it
// side by side (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et
// al. 2000). sums has n values for each of the gates i, f, g, o, one gate after
// the other, and receives the gates:
//
//	i, f, o = sigmoid(…), g = tanh(…),  c = f·cPrev + i·g,  h = o·tanh(c)
//
// c and h below 2⁻¹²⁶ are +0. cPrev, c and h have n values; it panics otherwise.
func LSTMForward(sums, cPrev, c, h []float32) {
	n := len(h)
	mustMatch("LSTMForward", n, len(cPrev), len(c), len(sums)/4, (len(sums)+3)/4)
	i, f, g, o := sums[:n], sums[n:2*n], sums[2*n:3*n], sums[3*n:]
	if !lstmForwardVector(i, f, g, o, cPrev, c, h) {
		lstmForwardGeneric(i, f, g, o, cPrev, c, h)
	}
}

// LSTMBackward goes back through [LSTMForward]: from dh and dc, the gradients with
// respect to h and c, gates receives those with respect to the sums, dc that with
// respect to cPrev. Results below 2⁻¹²⁶ are +0. It panics as LSTMForward does.
func LSTMBackward(gates, cPrev, c, dh, dc []float32) {
	n := len(dh)
	mustMatch("LSTMBackward", n, len(cPrev), len(c), len(dc), len(gates)/4, (len(gates)+3)/4)
	i, f, g, o := gates[:n], gates[n:2*n], gates[2*n:3*n], gates[3*n:]
	if !lstmBackwardVector(i, f, g, o, cPrev, c, dh, dc) {
		lstmBackwardGeneric(i, f, g, o, cPrev, c, dh, dc)
	}
}

// GRUForward is one step of a gated recurrent unit whose reset gate works after
// the product (Cho et al. 2014, in cuDNN's form). sums has n values for each of z,
// r and the candidate k, one after the other, and receives them; q is the
// recurrent part of the candidate's sum:
//
//	z, r = sigmoid(…),  k = tanh(k + r·q),  h = k + z·(hPrev − k)
//
// h below 2⁻¹²⁶ is +0. q, hPrev and h have n values; it panics otherwise.
func GRUForward(sums, q, hPrev, h []float32) {
	n := len(h)
	mustMatch("GRUForward", n, len(q), len(hPrev), len(sums)/3, (len(sums)+2)/3)
	z, r, k := sums[:n], sums[n:2*n], sums[2*n:]
	if !gruForwardVector(z, r, k, q, hPrev, h) {
		gruForwardGeneric(z, r, k, q, hPrev, h)
	}
}

// GRUBackward goes back through [GRUForward]: from dh, the gradient with respect
// to h, gates receives those with respect to the sums, q that with respect to q,
// and dh the part of that with respect to hPrev that does not go through sums and
// q: z·dh. Results below 2⁻¹²⁶ are +0. It panics as GRUForward does.
func GRUBackward(gates, q, hPrev, dh []float32) {
	n := len(dh)
	mustMatch("GRUBackward", n, len(q), len(hPrev), len(gates)/3, (len(gates)+2)/3)
	z, r, k := gates[:n], gates[n:2*n], gates[2*n:]
	if !gruBackwardVector(z, r, k, q, hPrev, dh) {
		gruBackwardGeneric(z, r, k, q, hPrev, dh)
	}
}

func lstmForwardGeneric(i, f, g, o, cPrev, c, h []float32) {
	for j := range h {
		in, forget, cell, out := sigmoid1(i[j]), sigmoid1(f[j]), tanh1(g[j]), sigmoid1(o[j])
		state := flush(FMA(forget, cPrev[j], float32(in*cell)))
		i[j], f[j], g[j], o[j] = in, forget, cell, out
		c[j], h[j] = state, flush(out*tanh1(state))
	}
}

func lstmBackwardGeneric(i, f, g, o, cPrev, c, dh, dc []float32) {
	for j := range dh {
		in, forget, cell, out, t := i[j], f[j], g[j], o[j], tanh1(c[j])
		d := FMA(float32(dh[j]*out), FMA(-t, t, 1), dc[j])
		o[j] = flush(float32(dh[j]*t) * float32(out*(1-out)))
		i[j] = flush(float32(d*cell) * float32(in*(1-in)))
		f[j] = flush(float32(d*cPrev[j]) * float32(forget*(1-forget)))
		g[j] = flush(float32(d*in) * FMA(-cell, cell, 1))
		dc[j] = flush(d * forget)
	}
}

func gruForwardGeneric(z, r, k, q, hPrev, h []float32) {
	for j := range h {
		update, reset := sigmoid1(z[j]), sigmoid1(r[j])
		candidate := tanh1(FMA(reset, q[j], k[j]))
		z[j], r[j], k[j] = update, reset, candidate
		h[j] = flush(FMA(update, hPrev[j]-candidate, candidate))
	}
}

func gruBackwardGeneric(z, r, k, q, hPrev, dh []float32) {
	for j := range dh {
		update, reset, candidate, d := z[j], r[j], k[j], dh[j]
		dk := flush(float32(d*(1-update)) * FMA(-candidate, candidate, 1))
		z[j] = flush(float32(d*(hPrev[j]-candidate)) * float32(update*(1-update)))
		r[j] = flush(float32(dk*q[j]) * float32(reset*(1-reset)))
		k[j] = dk
		q[j] = flush(dk * reset)
		dh[j] = flush(d * update)
	}
}
