! The singular values of a Hilbert matrix, and how far U diag(S) VT is from it: dgesvdocl and dgemm_alpha from Fortran.
program hilbert
    use, intrinsic :: iso_fortran_env, only: int32, real64
    use lapack_ai
    implicit none
    integer(int32), parameter :: n = 8
    real(real64) :: a(n, n), kept(n, n), u(n, n), vt(n, n), s(n), work(1), difference(n, n)
    integer(int32) :: i, j, info

    do j = 1, n
        do i = 1, n
            a(i, j) = 1.0_real64 / real(i + j - 1, real64)
        end do
    end do
    kept = a
    call dgesvdocl("A", "A", n, n, a, n, s, u, n, vt, n, work, 1_int32, info)
    if (info /= 0) then
        print "(a)", "dgesvdocl: "//lapack_ai_last_error()
        error stop 1
    end if
    print "(a, a)", "decomposed by ", lapack_ai_last_backend()
    print "(a, 8es10.2)", "singular values", s

    ! difference := A - (U diag(S)) VT
    do j = 1, n
        u(:, j) = u(:, j) * s(j)
    end do
    difference = kept
    call dgemm_alpha("N", "N", n, n, n, -1.0_real64, u, n, vt, n, 1.0_real64, difference, n)
    print "(a, es8.1)", "largest error  ", maxval(abs(difference))
    if (.not. maxval(abs(difference)) <= 10 * n * epsilon(1.0_real64) * s(1)) error stop 2

    ! A wrong argument is named as LAPACK names it, by its position.
    call dgesvdocl("A", "A", n, n, kept, 1_int32, s, u, n, vt, n, work, 1_int32, info)
    print "(a, i0)", "INFO for a wrong LDA: ", info
    if (info /= -6) error stop 3
end program hilbert
