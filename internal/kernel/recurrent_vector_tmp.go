package kernel

func lstmForwardVector(i, f, g, o, cPrev, c, h []float32) bool       { return false }
func lstmBackwardVector(i, f, g, o, cPrev, c, dh, dc []float32) bool { return false }
func gruForwardVector(z, r, k, q, hPrev, h []float32) bool           { return false }
func gruBackwardVector(z, r, k, q, hPrev, dh []float32) bool         { return false }
