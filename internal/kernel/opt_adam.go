package kernel

// Adam is m and v the averages of g and g² (decay beta1, beta2),
// w −= Rate·m/(√v+eps), where the caller's Rate = rate·√(1−beta2ᵗ)/(1−beta1ᵗ)
// corrects the bias: eps is the paper's "epsilon hat" (Kingma and Ba 2015,
// section 2). With vmax, not nil, v's largest value so far takes v's place
// (AMSGrad, Reddi et al. 2018). AdamW is Adam with Decay.
func Adam(w, g, m, v, vmax []float32, u *Update, beta1, beta2 float64, eps float32) {
	mustMatch("Adam", len(w), len(g), len(m), len(v))
	c1, c2 := complement(beta1), complement(beta2)
	if vmax == nil {
		adam(w, g, m, v, u, c1, c2, eps)
		return
	}
	mustMatch("Adam", len(w), len(vmax))
	amsgrad(w, g, m, v, vmax, u, c1, c2, eps)
}

func adamGeneric(w, g, m, v []float32, u *Update, c1, c2, eps float32) {
	for i := range w {
		x, d := u.adjust1(w[i], g[i])
		m[i] = average1(c1, d, m[i])
		v[i] = averageSquare1(c2, d, v[i])
		w[i] = flush(FMA(-u.Rate, m[i]/(sqrt1(v[i])+eps), x))
	}
}

func amsgradGeneric(w, g, m, v, vmax []float32, u *Update, c1, c2, eps float32) {
	for i := range w {
		x, d := u.adjust1(w[i], g[i])
		m[i] = average1(c1, d, m[i])
		v[i] = averageSquare1(c2, d, v[i])
		if !(vmax[i] > v[i]) {
			vmax[i] = v[i]
		}
		w[i] = flush(FMA(-u.Rate, m[i]/(sqrt1(vmax[i])+eps), x))
	}
}

// Adamax is m the average of g (decay beta1), s = max(beta2·s, |g|),
// w −= Rate·m/(s+eps), where the caller's Rate = rate/(1−beta1ᵗ) (Kingma and Ba
// 2015, section 7.1; eps as in Keras).
func Adamax(w, g, m, s []float32, u *Update, beta1, beta2 float64, eps float32) {
	mustMatch("Adamax", len(w), len(g), len(m), len(s))
	adamax(w, g, m, s, u, complement(beta1), float32(beta2), eps)
}

func adamaxGeneric(w, g, m, s []float32, u *Update, c1, beta2, eps float32) {
	for i := range w {
		x, d := u.adjust1(w[i], g[i])
		m[i] = average1(c1, d, m[i])
		top := float32(beta2 * s[i])
		if !(top > abs1(d)) {
			top = abs1(d)
		}
		s[i] = flush(top)
		w[i] = flush(FMA(-u.Rate, m[i]/(s[i]+eps), x))
	}
}

// NadamScalars are what [Nadam] needs of update t. With
// μₜ = beta1·(1 − ½·0.96ᵗ) and Πₜ = μ₁·…·μₜ (Dozat 2016, as in Keras):
type NadamScalars struct {
	Mean     float32 // μₜ₊₁/(1−Πₜ₊₁), the factor of m
	Gradient float32 // (1−μₜ)/(1−Πₜ), the factor of g
	Square   float32 // 1/(1−beta2ᵗ), the factor of v
}

// Nadam is m and v the averages of g and g² (decay beta1, beta2),
// w −= Rate·(Mean·m + Gradient·g)/(√(Square·v)+eps).
func Nadam(w, g, m, v []float32, u *Update, beta1, beta2 float64, eps float32, s NadamScalars) {
	mustMatch("Nadam", len(w), len(g), len(m), len(v))
	nadam(w, g, m, v, u, complement(beta1), complement(beta2), eps, s)
}

func nadamGeneric(w, g, m, v []float32, u *Update, c1, c2, eps float32, s NadamScalars) {
	for i := range w {
		x, d := u.adjust1(w[i], g[i])
		m[i] = average1(c1, d, m[i])
		v[i] = averageSquare1(c2, d, v[i])
		top := FMA(s.Mean, m[i], float32(s.Gradient*d))
		w[i] = flush(FMA(-u.Rate, top/(sqrt1(float32(s.Square*v[i]))+eps), x))
	}
}
