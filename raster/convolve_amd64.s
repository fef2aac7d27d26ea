#include "textflag.h"

// func convolve16AVX(dst, src *float32, stride int, taps *float32, n int)
// Sixteen sums at once in two registers; multiply and add stay apart, so that
// every sum has the bits of the Go version.
TEXT ·convolve16AVX(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ stride+16(FP), DX
	MOVQ taps+24(FP), BX
	MOVQ n+32(FP), CX
	SHLQ $2, DX
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
loop:
	VBROADCASTSS (BX), Y2
	VMULPS (SI), Y2, Y3
	VMULPS 32(SI), Y2, Y4
	VADDPS Y3, Y0, Y0
	VADDPS Y4, Y1, Y1
	ADDQ $4, BX
	ADDQ DX, SI
	DECQ CX
	JNZ  loop
	VMOVUPS Y0, (DI)
	VMOVUPS Y1, 32(DI)
	VZEROUPPER
	RET
