defmodule MixGitTest do
  use ExUnit.Case, async: false

  alias Mix.SCM.Git

  setup_all do
    Mix.start()
    :ok
  end

  @locked {:git, "/repo", "abcdef0123456789", []}

  test "shows where dependencies come from and what they are locked to" do
    assert Git.fetchable?()
    assert Git.format(git: "/repo") == "/repo"
    assert Git.format(git: "/repo", tag: "v1") == "/repo - v1"
    assert Git.format(git: "/repo", branch: "b") == "/repo - origin/b"
    assert Git.format(git: "https://name:secret@host/repo.git") == "https://****:****@host/repo.git"
    assert Git.format_lock(lock: @locked) == "abcdef0"
    assert Git.format_lock(lock: put_elem(@locked, 3, branch: "main")) == "abcdef0 (branch: main)"
    assert Git.format_lock(lock: put_elem(@locked, 3, ref: "abcdef0")) == "abcdef0 (ref)"
    assert Git.format_lock([]) == nil
  end

  test "takes options of repositories" do
    assert Git.accepts_options(:app, path: "x", dest: "deps/app") == nil
    assert Git.accepts_options(:app, github: "a/b", dest: "deps/app")[:git] == "https://github.com/a/b.git"
    assert Git.accepts_options(:app, git: "/repo", dest: "deps/app")[:checkout] == "deps/app"
    opts = Git.accepts_options(:app, git: "/repo", dest: "deps/app", sparse: "part")
    assert {opts[:dest], opts[:checkout]} == {"deps/app/part", "deps/app"}

    assert_raise Mix.Error, ~r/You should specify only one of branch, ref or tag, and only once/, fn ->
      Git.accepts_options(:app, git: "/repo", branch: "a", tag: "b", dest: "deps/app")
    end

    assert Git.equal?([git: "a", tag: "1", lock: 1], git: "a", tag: "1")
    refute Git.equal?([git: "a", tag: "1"], git: "a")
  end

  defp git!(directory, args) do
    {printed, 0} = System.cmd("git", ["-c", "user.name=n", "-c", "user.email=e@x"] ++ args, cd: directory, stderr_to_stdout: true)
    String.trim(printed)
  end

  defp commit(repo, file, text) do
    File.mkdir_p!(Path.dirname(Path.join(repo, file)))
    File.write!(Path.join(repo, file), text)
    git!(repo, ~w[add .])
    git!(repo, ~w[commit -q -m change])
    git!(repo, ~w[rev-parse HEAD])
  end

  @tag :tmp_dir
  test "fetches and updates", %{tmp_dir: dir} do
    repo = Path.join(dir, "repo")
    File.mkdir_p!(repo)
    git!(repo, ~w[init -q -b main])
    first = commit(repo, "mix.exs", "1")
    git!(repo, ~w[tag v1])
    second = commit(repo, "part/mix.exs", "2")
    url = Path.expand(repo)
    {:ok, _} = Git.git_version() |> then(&{:ok, &1})
    options = fn more -> Git.accepts_options(:app, [git: url, dest: Path.expand(Path.join(dir, "deps/app"))] ++ more) end
    opts = options.([])
    refute Git.checked_out?(opts)

    # Without a lock it is the newest state, and the lock says which.
    ExUnit.CaptureIO.capture_io(fn ->
      assert Git.checkout(opts) == {:git, url, second, []}
      assert Git.checked_out?(opts)
      assert File.read!(Path.join(opts[:checkout], "part/mix.exs")) == "2"
      assert Git.lock_status(opts ++ [lock: {:git, url, second, []}]) == :ok
      assert Git.lock_status(opts ++ [lock: {:git, url, first, []}]) == :mismatch
      assert Git.lock_status(opts ++ [lock: {:git, url, second, [tag: "v1"]}]) == :outdated
      assert Git.lock_status(opts) == :mismatch

      # A lock holds it.
      third = commit(repo, "more.ex", "3")
      assert Git.update(opts ++ [lock: {:git, url, second, []}]) == {:git, url, second, []}
      refute File.exists?(Path.join(opts[:checkout], "more.ex"))
      assert Git.update(opts) == {:git, url, third, []}
      assert File.exists?(Path.join(opts[:checkout], "more.ex"))

      assert Git.update(options.(tag: "v1")) == {:git, url, first, [tag: "v1"]}
      refute File.exists?(Path.join(opts[:checkout], "part/mix.exs"))
      assert Git.update(options.(branch: "main")) == {:git, url, third, [branch: "main"]}
      assert Git.update(options.(ref: second)) == {:git, url, second, [ref: second]}

      # A part of it.
      File.rm_rf!(opts[:checkout])
      sparse = options.(sparse: "part")
      assert Git.checkout(sparse) == {:git, url, third, [sparse: "part"]}
      assert File.read!(Path.join(sparse[:dest], "mix.exs")) == "2"
      refute File.exists?(Path.join(opts[:checkout], "more.ex"))

      assert_raise Mix.Error, ~r/^Command "git --git-dir=.git fetch .*failed/, fn -> Git.checkout(options.([]) |> Keyword.put(:git, url <> "-nowhere")) end
    end)
  end
end
