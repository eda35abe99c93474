package kernel

// RMSprop is s the average of g² (decay rho), w −= Rate·g/√(s+eps) (Tieleman and
// Hinton 2012; eps inside the root, as in Keras 3). With mean, not nil, the
// average of g, the root is √(max(s−mean², 0)+eps) (centered). With mom, not nil,
// mom = momentum·mom + Rate·g/√…, w −= mom.
func RMSprop(w, g, s, mom, mean []float32, u *Update, rho float64, eps, momentum float32) {
	mustMatch("RMSprop", len(w), len(g), len(s))
	if mom != nil {
		mustMatch("RMSprop", len(w), len(mom))
	}
	if mean != nil {
		mustMatch("RMSprop", len(w), len(mean))
	}
	rmsprop(w, g, s, mom, mean, u, complement(rho), eps, momentum)
}

func rmspropGeneric(w, g, s, mom, mean []float32, u *Update, c, eps, momentum float32) {
	for i := range w {
		x, d := u.adjust1(w[i], g[i])
		s[i] = averageSquare1(c, d, s[i])
		square := s[i]
		if mean != nil {
			mean[i] = average1(c, d, mean[i])
			square = FMA(-mean[i], mean[i], square)
			if square < 0 {
				square = 0
			}
		}
		q := d / sqrt1(square+eps)
		if mom == nil {
			w[i] = flush(FMA(-u.Rate, q, x))
			continue
		}
		mom[i] = flush(FMA(momentum, mom[i], float32(u.Rate*q)))
		w[i] = flush(x - mom[i])
	}
}

// Adagrad is s += g², w −= Rate·g/√(s+eps) (Duchi et al. 2011; eps inside the
// root, as in Keras 3).
func Adagrad(w, g, s []float32, u *Update, eps float32) {
	mustMatch("Adagrad", len(w), len(g), len(s))
	adagrad(w, g, s, u, eps)
}

func adagradGeneric(w, g, s []float32, u *Update, eps float32) {
	for i := range w {
		x, d := u.adjust1(w[i], g[i])
		q := squarable(d)
		s[i] = flush(FMA(q, q, s[i]))
		w[i] = flush(FMA(-u.Rate, d/sqrt1(s[i]+eps), x))
	}
}

// Adadelta is s the average of g², δ = √(d+eps)·g/√(s+eps), d the average of δ²
// (decay rho), w −= Rate·δ (Zeiler 2012).
func Adadelta(w, g, s, d []float32, u *Update, rho float64, eps float32) {
	mustMatch("Adadelta", len(w), len(g), len(s), len(d))
	adadelta(w, g, s, d, u, complement(rho), eps)
}

func adadeltaGeneric(w, g, s, d []float32, u *Update, c, eps float32) {
	for i := range w {
		x, q := u.adjust1(w[i], g[i])
		s[i] = averageSquare1(c, q, s[i])
		delta := float32(sqrt1(d[i]+eps)*q) / sqrt1(s[i]+eps)
		d[i] = averageSquare1(c, delta, d[i])
		w[i] = flush(FMA(-u.Rate, delta, x))
	}
}
