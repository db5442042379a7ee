//! Says whether the build optimises, so that the interpreter's handlers can end in jumps to each other.
//! Under a sanitizer they do not: what it adds to a function comes after the last call.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-check-cfg=cfg(beamlet_threaded)");
    let optimised = std::env::var("OPT_LEVEL").is_ok_and(|level| matches!(level.as_str(), "2" | "3"));
    let registers = std::env::var("CARGO_CFG_TARGET_ARCH")
        .is_ok_and(|arch| matches!(arch.as_str(), "x86_64" | "aarch64" | "riscv64"));
    // On Windows the four argument registers are too few for the state.
    let windows = std::env::var_os("CARGO_CFG_WINDOWS").is_some();
    let sanitised = std::env::var_os("CARGO_CFG_SANITIZE").is_some();
    if optimised && registers && !windows && !sanitised {
        println!("cargo:rustc-cfg=beamlet_threaded");
    }
}
