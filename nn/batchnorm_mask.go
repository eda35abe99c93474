package nn

// maskedSamples is samples×features of which some do not count.
type maskedSamples struct {
	features int
	mask     []float32 // of groups of samples; nil: all count
	group    int       // samples for each value of the mask
}

// masked returns how the input's samples are masked.
func (b *batchNormOp) masked(p *Pass) maskedSamples {
	m := maskedSamples{features: b.features}
	if len(p.Masks) > 0 && p.Masks[0] != nil {
		m.mask = p.Masks[0]
		m.group = b.samples(p.Rows) / len(m.mask)
	}
	return m
}

// counts reports whether sample i counts.
func (m *maskedSamples) counts(i int) bool { return m.mask[i/m.group] != 0 }

// count is the number of samples that count.
func (m *maskedSamples) count() (n int) {
	for _, v := range m.mask {
		if v != 0 {
			n += m.group
		}
	}
	return n
}

// stats writes mean and variance over the samples that count, added in ascending
// order; it reports false, and writes nothing, if there are none.
func (m *maskedSamples) stats(mean, variance, x []float32) bool {
	n := m.count()
	if n == 0 {
		return false
	}
	m.average(mean, x, n, func(v float32, j int) float32 { return v })
	m.average(variance, x, n, func(v float32, j int) float32 {
		d := v - mean[j]
		return d * d
	})
	return true
}

// average writes the means of f over the n samples that count.
func (m *maskedSamples) average(to, x []float32, n int, f func(v float32, j int) float32) {
	clear(to)
	for i := range len(x) / m.features {
		if !m.counts(i) {
			continue
		}
		for j, v := range x[i*m.features : (i+1)*m.features] {
			to[j] += float32(f(v, j))
		}
	}
	for j := range to {
		to[j] /= float32(n)
	}
}

// inputGradient is dx = γ·invStd·(dy − c·(dβ + x̂·dγ)/n), with c 1 for the n
// samples that count and 0 for the others, which the statistics do not see.
func (m *maskedSamples) inputGradient(dx, dgamma, dbeta, dy, xhat, gamma, invStd []float32) {
	n := float32(max(m.count(), 1))
	for i := range len(dx) / m.features {
		lo, counts := i*m.features, m.counts(i)
		for j := range m.features {
			d := dy[lo+j]
			if counts {
				d -= (dbeta[j] + float32(xhat[lo+j]*dgamma[j])) / n
			}
			dx[lo+j] = float32(gamma[j]*invStd[j]) * d
		}
	}
}
