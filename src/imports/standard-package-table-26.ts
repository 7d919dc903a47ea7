/**
 * The tables of standard-package-table.ts as they were for Go 1.26, for the releases up to it: what its packages import is not what those
 * of the newest release do.
 */

/** The release that the tables describe is 1 with this minor number. */
export const tableRelease = 26;

/**
 * The library, sorted, a word a package: a base-36 digit for the elements shared with the path before, the other elements, `!` where
 * `std` leaves it out, and `@N` where it is public and came with 1.N.
 */
export const libraryTable =
  '0archive/tar 1zip 0arena@20 0bufio 0builtin! 0bytes 0cmp@21 0compress/bzip2 1flate 1gzip 1lzw 1zlib ' +
  '0container/heap 1list 1ring 0context@7 0crypto 1aes 1boring@19 1cipher 1des 1dsa 1ecdh@20 1ecdsa 1ed25519@13 ' +
  '1elliptic 1fips140@24 1hkdf@24 1hmac 1hpke@26 1internal/boring 3bbig 3bcache 3sig 3syso 2constanttime ' +
  '2cryptotest 2entropy 3v1.0.0 2fips140 3aes 4gcm 3alias 3bigmod 3check 4checktest 3drbg 3ecdh 3ecdsa 3ed25519 ' +
  '3edwards25519 4field 3hkdf 3hmac 3mldsa 3mlkem 3nistec 4fiat 3pbkdf2 3rsa 3sha256 3sha3 3sha512 3ssh 3subtle ' +
  '3tls12 3tls13 2fips140cache 2fips140deps 3byteorder 3cpu 3godebug 3time 2fips140hash 2fips140only 2fips140test ' +
  '2impl 2rand 2randutil 2sysrand 3internal/seccomp 1md5 1mlkem@24 2mlkemtest@26 1pbkdf2@24 1rand 1rc4 1rsa 1sha1 ' +
  '1sha256 1sha3@24 1sha512 1subtle 1tls 2fipsonly@19 2internal/fips140tls 1x509 2internal/macos 2pkix ' +
  '0database/sql 2driver 0debug/buildinfo@18 1dwarf 1elf 1gosym 1macho 1pe 1plan9obj@3 0embed@16 ' +
  '1internal/embedtest 0encoding@2 1ascii85 1asn1 1base32 1base64 1binary 1csv 1gob 1hex 1json 2internal ' +
  '3jsonflags 3jsonopts 3jsontest 3jsonwire 2jsontext@25 2v2@25 1pem 1xml 0errors 0expvar 0flag 0fmt 0go/ast ' +
  '1build 2constraint@16 1constant@5 1doc 2comment@19 1format@1 1importer@5 1internal/gccgoimporter 2gcimporter ' +
  '2scannerhooks 2srcimporter 1parser 1printer 1scanner 1token 1types@5 1version@22 0hash 1adler32 1crc32 1crc64 ' +
  '1fnv 1maphash@14 0html 1template 0image 1color 2palette@2 1draw 1gif 1internal/imageutil 1jpeg 1png ' +
  '0index/suffixarray 0internal/abi 1asan 1bisect 1buildcfg 1bytealg 1byteorder 1cfg 1cgrouptest 1chacha8rand ' +
  '1copyright 1coverage 2calloc 2cfile 2cformat 2cmerge 2decodecounter 2decodemeta 2encodecounter 2encodemeta ' +
  '2pods 2rtcov 2slicereader 2slicewriter 2stringtab 2test 2uleb128 1cpu 1dag 1diff 1exportdata 1filepathlite ' +
  '1fmtsort 1fuzz 1goarch 1godebug 1godebugs 1goexperiment 1goos 1goroot 1gover 1goversion 1lazyregexp ' +
  '1lazytemplate 1msan 1nettrace 1obscuretestdata 1oserror 1pkgbits 1platform 1poll 1profile 1profilerecord 1race ' +
  '1reflectlite 1routebsd 1runtime/atomic 2cgobench 2cgroup 2exithook 2gc 3internal/gen 3scan 2maps 2math ' +
  '2pprof/label 2startlinetest 2sys 2syscall/linux 3windows 2wasitest 1saferio 1singleflight 1strconv 1stringslite ' +
  '1sync 1synctest 1syscall/execenv 2unix 2windows 3registry 3sysdll 1sysinfo 1syslist 1testenv 1testhash 1testlog ' +
  '1testpty 1trace 2internal/testgen 3tracev1 2raw 2testtrace 2tracev2 2traceviewer 3format 2version 1txtar ' +
  '1types/errors 1unsafeheader 1xcoff 1zstd 0io 1fs@16 1ioutil 0iter@23 0log 1internal 1slog@21 2internal ' +
  '3benchmarks 3buffer 1syslog 0maps@21 0math 1big 2internal/asmgen 1bits@9 1cmplx 1rand 2v2@22 0mime 1multipart ' +
  '1quotedprintable@5 0net 1http 2cgi 2cookiejar@1 2fcgi 2httptest 2httptrace@7 2httputil 2internal 3ascii ' +
  '3httpcommon 3testcert 2pprof 1internal/cgotest 2socktest 1mail 1netip@18 1rpc 2jsonrpc 1smtp 1textproto 1url ' +
  '0os 1exec 2internal/fdtest 1signal 1user 0path 1filepath 0plugin@8 0reflect 1internal/example1 2example2 ' +
  '0regexp 1syntax 0runtime 1asan@18 1cgo 1coverage@20 1debug 1metrics@16 1msan@6 1pprof 1race@1 2internal/amd64v1 ' +
  '3amd64v3 1secret@26 1trace@5 0simd/archsimd@26 2internal/simd_test 3test_helpers 0slices@21 0sort 0strconv ' +
  '0strings 0structs@23 0sync 1atomic 0syscall 1js@11 0testing 1cryptotest@26 1fstest@16 1internal/testdeps ' +
  '1iotest 1quick 1slogtest@21 1synctest@24 0text/scanner 1tabwriter 1template 2parse 0time 1tzdata@15 0unicode ' +
  '1utf16 1utf8 0unique@23 0unsafe 0vendor/golang.org/x/crypto/chacha20 4chacha20poly1305 4cryptobyte 5asn1 ' +
  '4internal/alias 5poly1305 3net/dns/dnsmessage 4http/httpguts 5httpproxy 4http2/hpack 4idna 4lif 4nettest ' +
  '3sys/cpu 3text/secure/bidirule 4transform 4unicode/bidi 5norm 0weak@24';

/** The commands and their packages, likewise. */
export const commandTable =
  '0cmd/addr2line 1api 1asm 2internal/arch 3asm 3flags 3lex 1buildid 1cgo 2internal/cgotest 3swig 3test 4gcc68255 ' +
  '4issue23555a 4issue23555b 4issue24161arg 4issue24161e0 4issue24161e1 4issue24161e2 4issue24161res 4issue26213 ' +
  '4issue26430 4issue26743 4issue27054 4issue27340 4issue29563 4issue30527 4issue41761a 4issue43639 4issue52611a ' +
  '4issue52611b 4issue76861 4issue8756 4issue8828 4issue9026 4issue9400 4issue9510a 4issue9510b 3testcarchive ' +
  '3testcshared 3testerrors 3testfortran 3testgodefs 3testlife 3testnocgo 3testout 3testplugin 3testsanitizers ' +
  '3testshared 3testso 3teststdio 3testtls 1compile 2internal/abi 3abt 3amd64 3arm 3arm64 3base 3bitvec 3bloop ' +
  '3compare 3coverage 3deadlocals 3devirtualize 3dwarfgen 3escape 3gc 3importer 3inline 4inlheur 4interleaved 3ir ' +
  '3liveness 3logopt 3loong64 3loopvar 3mips 3mips64 3noder 3objw 3pgoir 3pkginit 3ppc64 3rangefunc 3reflectdata ' +
  '3riscv64 3rttype 3s390x 3slice 3ssa 3ssagen 3staticdata 3staticinit 3syntax 3test 3typebits 3typecheck 3types ' +
  '3types2 3walk 3wasm 3x86 1covdata 1cover 1dist 1distpack 1fix 1go 2internal/auth 3base 3bug 3cache 3cacheprog ' +
  '3cfg 3clean 3cmdflag 3doc 3envcmd 3fips140 3fmtcmd 3fsys 3generate 3gover 3help 3imports 3list 3load ' +
  '3lockedfile 4internal/filelock 3mmap 3modcmd 3modfetch 4codehost 4zip_sum_test 3modget 3modindex 3modinfo ' +
  '3modload 3mvs 3run 3search 3str 3telemetrycmd 3telemetrystats 3test 4internal/genflags 3tool 3toolchain 3trace ' +
  '3vcs 3vcweb 4vcstest 3version 3vet 3web 4intercept 3work 3workcmd 1gofmt 1internal/archive 2bio 2bootstrap_test ' +
  '2browser 2buildid 2codesign 2cov 3covcmd 2disasm 2dwarf 2edit 2fuzztest 2gcprog 2goobj 2hash 2macho 2metadata! ' +
  '2moddeps 2obj 3arm 3arm64 3loong64 3mips 3ppc64 3riscv 3s390x 3wasm 3x86 2objabi 2objfile 2osinfo 2par ' +
  '2pathcache 2pgo 2pkgpath 2pkgpattern 2quoted 2robustio 2script 3scripttest 2src 2sys 2telemetry 3counter ' +
  '2test2json 2testdir 1link 2internal/amd64 3arm 3arm64 3benchmark 3dwtest 3ld 3loadelf 3loader 3loadmacho ' +
  '3loadpe 3loadxcoff 3loong64 3mips 3mips64 3ppc64 3riscv64 3s390x 3sym 3wasm 3x86 1nm 1objdump 1pack 1pprof ' +
  '1preprofile 1relnote 1test2json 1tools 1trace 1vendor/github.com/google/pprof/driver 5internal/binutils 6driver ' +
  '6elfexec 6graph 6measurement 6plugin 6report 6symbolizer 6symbolz 6transport 5profile 5third_party/svgpan ' +
  '3ianlancetaylor/demangle 2golang.org/x/arch/arm/armasm 5arm64/arm64asm 5loong64/loong64asm 5ppc64/ppc64asm ' +
  '5riscv64/riscv64asm 5s390x/s390xasm 5x86/x86asm 4build/relnote 4mod/internal/lazyregexp 5modfile 5module ' +
  '5semver 5sumdb 6dirhash 6note 6tlog 5zip 4sync/errgroup 5semaphore 4sys/plan9 5unix 5windows 4telemetry ' +
  '5counter 6countertest 5internal/config 6configstore 6counter 6crashmonitor 6mmap 6telemetry 6upload 4term ' +
  '4text/cases 5internal 6language 7compact 6tag 5language 5transform 5unicode/norm 4tools/cmd/bisect 5cover ' +
  '5go/analysis 7internal/analysisflags 7passes/appends 8asmdecl 8assign 8atomic 8bools 8buildtag 8cgocall ' +
  '8composite 8copylock 8ctrlflow 8defers 8directive 8errorsas 8framepointer 8hostport 8httpresponse 8ifaceassert ' +
  '8inline 8inspect 8internal/ctrlflowinternal 9gofixdirective 8loopclosure 8lostcancel 8modernize 8nilfunc ' +
  '8printf 8shift 8sigchanyzer 8slog 8stdmethods 8stdversion 8stringintconv 8structtag 8testinggoroutine 8tests ' +
  '8timeformat 8unmarshal 8unreachable 8unsafeptr 8unusedresult 8waitgroup 7unitchecker 6ast/astutil 7edge ' +
  '7inspector 6cfg 6types/objectpath 7typeutil 5internal/aliases 6analysis/analyzerutil 7driverutil 7typeindex ' +
  '6astutil 7free 6bisect 6cfginternal 6diff 7lcs 6facts 6fmtstr 6goplsexport 6moreiters 6packagepath 6refactor ' +
  '7inline 6stdlib 6typeparams 6typesinternal 7typeindex 6versions 5refactor/satisfy 2rsc.io/markdown 1vet';

/** What each package of the library imports, in any build, tests apart: places in the library in base 36, each less the one before. */
export const importTable =
  '5.3g.3.1y.1v.1.a.1.10.1.1.2.5.g.2.1.2.2.e 3.5.2z.e.3.j.2.1d.1v.1.17.5.1.n.3.2.g.4 65.44 5.3g.3w.24.m 6 ' +
  '3l.17.2p.3.c.29.2.2  3.3.7b.21 3.3i.3.3t.c.3.1n.1.3 3.5.2z.e.3.l.38.2m 3.3i.3.3t 3.5.2z.e.3.j.1.39 9j   ' +
  '3l.2k.3i.1.f 47.3a.23 j.b.a.8g u 5.z.1.1.w.i.11.18.2o j.n.w.1j.18.4r.3 22.3.1g.3w.d 5.b.e.h.4.n.3.f.11.3w ' +
  'g.6.3.5.1.1.g.8.b.6.1.3.e.1.11.3w.d.5.2d.1 g.x.i.7.3.8.7.11.21.1v.23 1k.21.3w.d.1t 13.5.4e.4n 1g.l.1.1j.m ' +
  'u.n.k.1.i.1n 5.b.1.2.3.4.1.d.1.5.v.5.7.1.1.12.3.j.m.4p.t 5.b.3.e.1.5.1h.11.m.m.1w.17.16.i.p u.70.2f 9o.l    ' +
  '5.e.b.9.11.g.r.d.j.i.w.4.6.9.v.1.h.h.r.1.7.5.g.3.6.c 27 20.1l.4b.1s.l 1z.1m.5h.j.o 5.y.3.2.k.5.1.1.5.1h.4b.1o ' +
  '13.1.2.2.2.i.5.1.1.5.1h.48.19 a9 18.p.1.6.1h.4b.2d 13.e.7.9.2.5i.2s 18.7u.17 5.x.1.1.4.k.5.a.1e.3w.f.1r.1 ' +
  '5.y.5.2.a.d.1o.3w.f.1r 5.y.4.1.2.7.3.6.8.6.1h.m.3a.26 5.y.5.2.4.c.1v.5z.3 z.9.7.i.1o.4b.1r 18.k.5.1o.4b ' +
  '5.y.5.9.7.1x.m 5.y.l.1.1.1v.m 5.u.4.5.2.e.1.3.5.1o.4b.1r 5.y.5.2.f.3.5.1o.62 z.9.d.c.1.1n.4b.16.l.m 18.k.1t.4b ' +
  '5.y.5.9.7.1x.m 5.u.4.4.1.2.e.1.1.2.1t.m.3a.26 5.y.u.1.1.5.1h.m.3p 5.y.p.5.1.6.1h.4b.16.17 5.y.u.1.1.5.1h.m.3p ' +
  '18.2z z.7.r.1.6.5s.16.17 5.y.5.9.7.2.1v.m 5.y.5.8.8.9.1o.m 92.l.15  4t 5e.7 5m 6u.39 1p.t.1p.62 q.k.e.1.1.2h.3a ' +
  ' 9l u.g.w.3g.1v.2s 7h.i 3l.18.3.1x.1.n.c.w.d.l.1.1.e.6 3l.3 g.1m.1j.m.m.33 g.13 1j.j.8.1b 1m.f.1.1j.m ' +
  'u.g.s.3.1g.3w.d.2f 16.w.1j.5z g.e.1.1.b.g.e.1.3.8.7.11.3.j.1f.1v.c.1 g.e.18.2.1h.m.m.l.2i g.e.u.2j g.19.2i.62 ' +
  'g.e.w.2h z.t.4q.3r ' +
  '5.8.2.1.1.2.1.2.1.1.1.1.1.1.1.1.a.1.o.1.f.1.3.1.1.1.1.2.1.3.1.v.2.3.j.m.l.8.1v.m.m.d.g.1.1.1.2.1.f.6.2.1.g x.1q ' +
  'q.8y 5.b.1.2.1.1.1.1.1.1.1k.6.1.1.2.6.1.e.6.9.2.3.1y.3.1s.1.2.8.1.1.2.7.g.5.1.6.7.g.2.1.2.2.e.2.1.1.2.3.1 ' +
  '5.3g.13.4e.i.j.6 34.6.e.46.29 5.a.2d.t.3.3t.b.7.y.5.g.2.3.1.f.2.2.2 f.36.3.59.n.j ' +
  '5.2q.2.1.1.8.e.3.2y.t.2.1.17.h.13 5.32.e.3.3t.1d.p.1.1 5.6.2j.d.e.3.2y.u.1.c.w.v.1.o 5.32.h.10.4v.1.1.2 ' +
  '5.6.2j.d.h.2y.v.18.v.1 5.6.2j.d.e.3.2y.v.18.v.1.o 37.e.3.2y.v.18 3l.17.1x.s.1.2l   7h.23 ' +
  '5.3g.3.2y.17.1.13.5.g.2.1.i.3.1 7h.21.2 4t.2o.21.2 3l.3w.c.14.l.5 3.2.3g.3.3t.24.k.2 ' +
  '3.2z.5.e.3.2y.v.b.1.3.t.8.q.1.h.2 3l.3.3t.21.3 5.1.2w.4.6.1.1.2.1.1.3.3.3t.c.14.l.2.1.2.i.1.1.2 3l 3c 3c.1 ' +
  '5.2v.l.3.3s.1.1.1c.8.g.3.2.g 6.37.8.3w.c.1p.2.1.k.1.1 5.37.1.1.2.5.3w.3.9.3.1m.2.1.2.k ' +
  '5.1.2w.3.1.1.3.2.1.1.2.1.4.3.3t.c.3.11.l.2.1.2.g.2.2 5.31.f.3w.21.3 3.2.2x.j.3.3t.1g.5.i.1.2.i.2 65.44 ' +
  '3b.2b.1z.8.b.l.d.g.2.3.1.j 32.j.3.3t.18.8.5.g.2.1.i 3l.1y.16.s.c.w.8.l.2.3.k 5.1.3i.f.1.3d.3.15.8.l.2.1.k.2 ' +
  '3.2.3g.3.1.2.2.8.2.1.n.v.4.2.8.y.j.1.17.1.4.1.7.g.2.1.k.2.2 3l.5z.1.k.2 3o.g.3p.1.2.1o.1.2.k ' +
  '6.3i.1.5.a.1p.1o.1d.o.2.1.k.2 5.3j.5u.1.1.1.k.2 5.3j.1.c.1.2.3d.24 3q.7.1.2.4.1.3c.1l ' +
  '3.2.2q.q.3.4.c.1.3a.2.18.1.5.p.1.e.8 3.3l.g.1.1c.5.d.1i.18.t.3.2 44 3o.1.1.b.3.1.3c.18.1.5.q.2.m ' +
  '5.3g.3.1.2.8.4.1.3d.1.17.6.q 3o.1.2.3.a.3d.c.w.t.2.1.2.d.5.2 5.3j.b.5.3d.1e.o.1.l.2 6.3i.3w.1y.2.3.1.h.2 ' +
  '5.1.6.39.3.1.3.9.3.2.1g.6.1l.4.3.9.w.6.7.g.1.1.1.2.1.h.2.2 5r.3u 7h 3l.m.m 3l.m.m.l.49.1.l 3l.m.m.4u 3l.m.m.33 ' +
  '2d.18.m.h.5.1l.1f.3.11.1c 9l.2.k 5.36.d.p.19.1v.1.a.x.5.1.2.3.i.2.1.2.e.1.3.2 3.3i.v.31.f.1o.3.1  4g 4f.1.4 ' +
  '3.2.5.3b.3.r.1.1.1.b.2o.f 4f 3.3i.u.1.4.2x 3.8.2w.h.j.2.6.1.31.23 5.32.e.3w.c.17.i.1 5l.4o a9 92.l.1 ' +
  '3o.20.31.6.2.5.i.1 5e.4v   3o.2l.2g.6.n.2.1.4.2 4t.l.7.4o    3b.d.n.n.1.2.1.1.1.1.1.1.1.z.3.17.18.6.7.i.1.3.f.6 ' +
  '6.3i.1a.4.2f.b.1q.1.2.f 3o.1a.2v 37.h.1a.b.2.26.18.v.p 3.34.h.n.n.b.2.26.18 3.34.h.1a.c.1.2.24.b.x.t ' +
  '3.2.32.h.j.4.n.d.2.24.18.1k 6.3i.1a.3r.6.5.i.2.1 a9 37.h.3t.2s 3o.3t 3o.1l.4.24   a9 6.3i.5u.3 5.3j.5v.2 ' +
  '3.2.3g.3.2.2w.v.18.1.5.p.1.2 3l.17.1x.5.o.20.7 6.8r.l 5.a.22.q.4.a.3.1.c.3.1i.1v.c.3.t.1.5.2.5.i.1.2.1.1.e.4.2  ' +
  '4q.x.40.1.l    8p.1.5.q.2 6  8p.b.l.2 7h.18.w.2.e a9  36.4b.18 3l 5.2c.q.e.3.4.c.3d.d.v.d.i.1  ' +
  '3l.18.1b.k.1.4.1.n.1l.l.1.1.e.3.1.2 5.4.3c.3.3t.1j.i.1.1.1.i  4o.5l 4o.x.1t.1o.17 3l.18.3q.j.n.k 5e.7.4o  ' +
  '4s.1r.5.3l 67.42 5l c.2v.h.o.35.4.b.t.8.o.2 5e.7.q.7.3r 4o.1.w.a.9.b.3.3r 5l   5e.7.4 5l.4o 4o.x.4o  7h.2s 9n ' +
  '7w.2d 4s.5h 4o.x.j.3k.l 4o.5l 6u.2v.k 4o.20.2e.l.1.1.k 3l.2d.m.c.26.k.1.2.k 3l.3b.26.n.h.3  3.2.59.23.18.w.2.2  ' +
  '5.a.36.2.1.16.r.f.1i.17.1.5.7.i.1.2.2.2.c 5.42.3a.h.1t.c 9n.1.l 3l.3.35.1w.10 ' +
  '3.2.1.6.2v.e.3.3h.3.3.6.3.9.17.i.1.1.1.i.6 5.32.h.3f.3.2.3.1.1d.b.l.i 5.1.31.e.3.3n.6.c.1p.1 ' +
  '3.34.h.3k.3.6.23.1.k 3.2.3g.3.3b.4.3.5.1.5.18.b.2.g.2.1.6  3.2x.b.d.q.1o.11.7.7.4.8.b.l.1.5.7.i.1.2.g  3o.3k.9 ' +
  '5.3j.51.w 9k a9 2u.d.e.3.2y.v.18.v.1 37.e.3.3t.f 3l.62 3l.17.16.1j.1d.o.l.4 7h.1.17.t.3 64.2y.17 ' +
  '3o.3t.5.13.d.l.1.f  5.a.2n.9.a.3.3t.4.1.2.2.3.14.5.g.2.1.2.1.f.2.2.2  f.36.3.3t.6.3.1u.j 9n 3l.3.3x.i.m.w.2.g ' +
  '7k.2p 5e.2i.2d 5.3g.3.15.l.23.c.3.2.1k.2.1.2.m 5.1.3i.48.1m.3 a9 7t.3 5m.27.1u.1.l 3l.18.3.2x.3.2d ' +
  '3.2.31.f.3.37.m.b.x.t.3.2.i.2 3.2.28.18.3.1y.1v.b.1.7.2.l.2.6.n.2.1.o 3.2.3j.3t ' +
  '6.9.36.17.u.a.5.5.h.1.1.4.1.n.1.11.6.d.g.5.1.1.e.6.7.5 ' +
  '3.2.3.1.4.2.1y.8.l.1.e.3.1y.1v.1.3.7.1.3.2.2.1.2.6.2.1.1.a.1.1.5.1.2.5.g.1.1.1.2.1.2.d.2.2.2.8.1.1.1 ' +
  '3.2i.10.3.3t.4.7.b.1.j.1.1.1.4.1.5.2.g.2.1.i.e 6.3f.3.4f.1.8.7.5.u.3.2.g.4 3.2.a.2s.e.3.3t.m.1.1.k.w.2.g ' +
  '3.2.a.26.3.z.1.3t.4.i.1.a.9.2.v.1.2.g.e f.26.3b.27.k.a.16 3.2.a.36.3.1y.1v.4.f.3.1.5.2.1.b.1.x.2.1.f.e ' +
  '3.2.3g.3.3t 9l.k f.36.3.4l.e.1.v.1.1.2.u.2 9l 3.2.a.39.p.19.2.e.1f.4.j.k.1.d.7.5.4.2.1.i 6t.3g 3o.36.2t.2 ' +
  '3.3i.3.3t.4.f.3.k.y.2.g.4 6.3f.17.1.30.3.1o.o 3.36.c.3.g.a.33.4.i.1.t.l.3.2 3b.a.3.3t.m.h.13 ' +
  's.1h.c.l.f.3.3t.m.k.y 3.2.3g.3.3t.c.a.1h.1.2.m 5.3g.3.1y.2x.b.o.2.1.o ' +
  '3l.17.1.p.3.1.f.n.1.3.1.1.7.g.1.1k.g.5.1.1.e.6 5.a.36.21.16.1.o.1.17.6.7.i.1.3.1.e 9p f.8a.t.5.2 ' +
  '3.2.3g.3.35.1.1.m.18.d.i.1.2.2.k 3l.17.5f 3l.17.q.20.17.d.g.3.4.i 3l.62.m ' +
  '2.3j.13.4.t.j.a.4.6.q.6.9.19.i.3.i.2.2   5.7c.1k.h.2.1.2.i.2 9i.1.1.1.2.i.2 ' +
  '4o.4.1.3.c.6.7.2.1.1.e.4.2.1.1.2.1.1.1.2.1.1.4.1.j.o.1q.n  6i.35.1.l 50.2h 3o.2d.2o.d.g.2.1.i.6 5n.26.19.17  ' +
  '3.2.1.3.6.2s.e.3.10.5.v.f.d.e.n.c.w.d.g.1.1.1.2.2.b.3.6 9b.1   5e.3o.17 f.36.3.3k.9.1l.g.5.1.f.6 5e.1a.3l  ' +
  '7t.1y 6.7e.c.2d 65.1r.1m 3l.17.1w.1.3i 3l.13.4.1x.s.3.c.1r.i.2.2  64.m.1.2b.m.l a9 ' +
  '3l.13.1.3.1.s.a.3.6.f.5.1.7.26.g.4.1.1.2.g.1.2 6r.2b.l.m ' +
  '5.a.36.2.1.2g.q.3.k.c.3.2.r.6.2.5.4.8.4.2.1.2.1.1.e.2.4 2d.2g.2o.i.1o.4.i 3l.3.3t.1.a.12.o.3.a.8 ' +
  '3.c.55.1h.g.18.3.5.3.9.c.2.g 5.3g.3.3t.4 3n.1.45.5.z.o.i f.36.3.3z.1a.5.p.c 6r.30.i 5.3j.3t.18.1g.2 3o.3t.2q ' +
  '3l.3.1v.1y.1.a.w.1.5.1.2.5.j.2.f.3.2 5.3j.5e.i.1.k.2 3l.17.u.12.1.6.11.16.l.2.1.e.5 3l.64.k    ' +
  '4o.x.14.1.2c.l.1.l.j  j.2o.e.4b.16.1c.9 j.7.2h.e.6p.4.1.8 34.h.3.46.13.16.a  8x.1c 2k.n.4p.2r 3l.5x 83.k.y.m.d ' +
  '3l.3.4f.g.5.1.w.m.d 5.3g.3.3t.26 3o.45.1s.m.h.2.1 3l.64.k 5.32.e.3.3t.h.5.m.1.c.i.1.2.2.2.c 3l.3w.18.d.i.1.4.k ' +
  '3l.6m.i.1 5.3g.3w.2q 5.8.3b.3x.1y.o 37.h.3t.26.k.i 4o.4e.17';
