/* What stands in front of every dispatched symbol (x86-64, System V): a size test of at most eleven instructions that
 * touches only rax and r11, which a call may clobber, and leaves all argument registers and the stack as they are;
 * then one jump. Small calls so cost nothing to speak of, and hidden string lengths pass through unread. */

/* Arguments in order: rdi rsi rdx rcx r8 r9. */
.macro LENGTH reg
    movslq (\reg), %rax
    cmpq lai_dropin_least_length(%rip), %rax
.endm
.macro AREA reg_m, reg_n
    movslq (\reg_m), %rax
    movslq (\reg_n), %r11
    imulq %r11, %rax
    cmpq lai_dropin_least_area(%rip), %rax
.endm
.macro LENGTH_FIRST
    LENGTH %rdi
.endm
.macro LENGTH_SECOND
    LENGTH %rsi
.endm
.macro LENGTH_THIRD
    LENGTH %rdx
.endm
.macro AREA_FIRST
    AREA %rdi, %rsi
.endm
.macro AREA_SECOND
    AREA %rsi, %rdx
.endm
.macro AREA_THIRD
    AREA %rdx, %rcx
.endm
/* gemm has m, n, k third to fifth, by reference; cblas fourth to sixth, by value. */
.macro VOLUME_FORTRAN
    movslq (%rdx), %rax
    movslq (%rcx), %r11
    imulq %r11, %rax
    movslq (%r8), %r11
    imulq %r11, %rax
    cmpq lai_dropin_least_volume(%rip), %rax
.endm
.macro VOLUME_CBLAS
    movslq %ecx, %rax
    movslq %r8d, %r11
    imulq %r11, %rax
    movslq %r9d, %r11
    imulq %r11, %rax
    cmpq lai_dropin_least_volume(%rip), %rax
.endm

.macro STUB name, test, slot
    .globl \name
    .type \name, @function
    .p2align 4
\name:
    endbr64
    \test
    jge lai_dropin_\name
    jmp *(lai_dropin_next + 8 * (\slot))(%rip)
    .size \name, .-\name
    .type lai_dropin_find_\name, @function
lai_dropin_find_\name:
    endbr64
    movl $(\slot), %eax
    jmp lai_dropin_find
    .size lai_dropin_find_\name, .-lai_dropin_find_\name
.endm

    .text
#define ROUTINE(index, test, s, d, c, z) \
    STUB s, test, 4*index; STUB d, test, 4*index+1; STUB c, test, 4*index+2; STUB z, test, 4*index+3;
#include "routines.def"
#undef ROUTINE

/* The first jump through a slot comes here with the slot's number in eax: keep all arguments, ask C, go on. */
    .type lai_dropin_find, @function
    .p2align 4
lai_dropin_find:
    .cfi_startproc
    pushq %rbp
    .cfi_def_cfa_offset 16
    .cfi_offset %rbp, -16
    movq %rsp, %rbp
    .cfi_def_cfa_register %rbp
    subq $192, %rsp
    andq $-16, %rsp
    movq %rdi, 0(%rsp)
    movq %rsi, 8(%rsp)
    movq %rdx, 16(%rsp)
    movq %rcx, 24(%rsp)
    movq %r8, 32(%rsp)
    movq %r9, 40(%rsp)
    movaps %xmm0, 48(%rsp)
    movaps %xmm1, 64(%rsp)
    movaps %xmm2, 80(%rsp)
    movaps %xmm3, 96(%rsp)
    movl %eax, %edi
    call lai_dropin_resolve
    movq %rax, %r11
    movq 0(%rsp), %rdi
    movq 8(%rsp), %rsi
    movq 16(%rsp), %rdx
    movq 24(%rsp), %rcx
    movq 32(%rsp), %r8
    movq 40(%rsp), %r9
    movaps 48(%rsp), %xmm0
    movaps 64(%rsp), %xmm1
    movaps 80(%rsp), %xmm2
    movaps 96(%rsp), %xmm3
    leave
    .cfi_def_cfa %rsp, 8
    jmp *%r11
    .cfi_endproc
    .size lai_dropin_find, . - lai_dropin_find

/* The slots, each first pointing at its finder. */
    .data
    .globl lai_dropin_next
    .hidden lai_dropin_next
    .type lai_dropin_next, @object
    .p2align 4
lai_dropin_next:
#define ROUTINE(index, test, s, d, c, z) \
    .quad lai_dropin_find_##s, lai_dropin_find_##d, lai_dropin_find_##c, lai_dropin_find_##z;
#include "routines.def"
#undef ROUTINE
    .size lai_dropin_next, . - lai_dropin_next
    .section .note.GNU-stack, "", @progbits
