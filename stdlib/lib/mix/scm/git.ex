defmodule Mix.SCM.Git do
  @moduledoc false
  # Dependencies that come from a repository of Git: the program `git` fetches them into the directory of dependencies. What lies
  # there without being a repository is used as it is.

  @behaviour Mix.SCM

  @impl true
  def fetchable?, do: true

  @impl true
  def format(opts) do
    if state = wanted(opts), do: "#{redacted(opts[:git])} - #{state}", else: redacted(opts[:git])
  end

  # Names and passwords are nobody's business.
  defp redacted(url) do
    case URI.parse(url) do
      %URI{userinfo: info} = uri when is_binary(info) -> URI.to_string(%{uri | userinfo: "****:****"})
      _ -> url
    end
  end

  # What is to be checked out as `git` names it, or nil for whatever the repository shows by itself.
  defp wanted(opts), do: opts[:ref] || opts[:tag] || (opts[:branch] && "origin/#{opts[:branch]}")

  @impl true
  def format_lock(opts) do
    case opts[:lock] do
      {:git, _url, revision, lock_opts} -> String.slice(revision, 0, 7) <> of_what(lock_opts)
      _ -> nil
    end
  end

  defp of_what(opts) do
    cond do
      branch = opts[:branch] -> " (branch: #{branch})"
      tag = opts[:tag] -> " (tag: #{tag})"
      opts[:ref] -> " (ref)"
      true -> ""
    end
  end

  @impl true
  def accepts_options(_app, opts) do
    opts = opts |> Keyword.put(:checkout, opts[:dest]) |> with_shorthand()

    cond do
      opts[:git] == nil ->
        nil

      Enum.count(opts, fn {key, _} -> key in [:branch, :ref, :tag] end) > 1 ->
        Mix.raise("You should specify only one of branch, ref or tag, and only once. Error on Git dependency: #{redacted(opts[:git])}")

      part = opts[:dest] && (opts[:sparse] || opts[:subdir]) ->
        Keyword.put(opts, :dest, Path.join(opts[:dest], part))

      true ->
        opts
    end
  end

  defp with_shorthand(opts) do
    case Keyword.pop(opts, :github) do
      {nil, opts} -> opts
      {name, opts} -> Keyword.put(opts, :git, "https://github.com/#{name}.git")
    end
  end

  @impl true
  def checked_out?(opts), do: File.dir?(opts[:checkout] || opts[:dest] || "")

  # Whether it is a repository, not only a directory.
  def repository?(opts), do: File.regular?(Path.join(opts[:checkout], ".git/HEAD"))

  @impl true
  def checkout(opts) do
    git_version()
    path = opts[:checkout]
    File.rm_rf!(path)
    File.mkdir_p!(path)
    git!(path, ["init", "--template=", "--quiet"])
    git!(path, ["--git-dir=.git", "remote", "add", "origin", opts[:git]])
    bring(path, opts)
  end

  @impl true
  def update(opts) do
    git_version()
    path = opts[:checkout]
    git!(path, ["--git-dir=.git", "remote", "set-url", "origin", opts[:git]])
    bring(path, opts)
  end

  # Fetches, and checks out what the lock or the options say. Returns the lock.
  defp bring(path, opts) do
    git!(path, ["--git-dir=.git", "fetch", "--force", "--quiet", "--tags", "origin", "+refs/heads/*:refs/remotes/origin/*"])
    revision = locked(opts) || revision(path, wanted(opts) || default(path))
    show_part(path, opts[:sparse])
    git!(path, ["--git-dir=.git", "checkout", "--quiet", "--force", revision])
    git!(path, ["--git-dir=.git", "read-tree", "-m", "-u", "HEAD"])
    if opts[:submodules], do: git!(path, ["--git-dir=.git", "submodule", "update", "--init", "--recursive"])
    {:git, opts[:git], head(path), lock_opts(opts)}
  end

  defp locked(opts) do
    case opts[:lock] do
      {:git, url, revision, lock_opts} -> if url == opts[:git] and lock_opts == lock_opts(opts), do: revision
      _ -> nil
    end
  end

  # Without a wish it is what the repository itself has checked out.
  defp default(path) do
    git!(path, ["--git-dir=.git", "remote", "set-head", "origin", "--auto"], :quiet)
    "origin/HEAD"
  end

  defp revision(path, name), do: path |> git!(["--git-dir=.git", "rev-parse", "--verify", "--quiet", name <> "^{commit}"], :quiet) |> String.trim()

  # A part of the repository only, or all of it again.
  defp show_part(path, part) do
    File.mkdir_p!(Path.join(path, ".git/info"))
    File.write!(Path.join(path, ".git/info/sparse-checkout"), if(part, do: "/#{String.trim(part, "/")}/\n", else: "/*\n"))
    git!(path, ["--git-dir=.git", "config", "core.sparsecheckout", "true"])
  end

  defp lock_opts(opts) do
    for key <- [:branch, :ref, :tag, :submodules, :sparse, :subdir], value = opts[key], do: {key, value}
  end

  @impl true
  def lock_status(opts) do
    case opts[:lock] do
      {:git, url, revision, lock_opts} ->
        cond do
          # Without the repository there is nothing to compare with.
          not repository?(opts) -> :ok
          url != opts[:git] or lock_opts != lock_opts(opts) -> :outdated
          head(opts[:checkout]) == revision -> :ok
          true -> :mismatch
        end

      nil ->
        :mismatch

      _ ->
        :outdated
    end
  end

  defp head(path) do
    case System.find_executable("git") && System.cmd("git", ["--git-dir=.git", "rev-parse", "--verify", "--quiet", "HEAD"], cd: path, stderr_to_stdout: true) do
      {revision, 0} -> String.trim(revision)
      _ -> nil
    end
  end

  @impl true
  def equal?(opts1, opts2), do: Enum.sort([{:git, opts1[:git]} | lock_opts(opts1)]) == Enum.sort([{:git, opts2[:git]} | lock_opts(opts2)])

  @impl true
  def managers(_opts), do: []

  # What `git` prints is shown, unless it is an answer.
  defp git!(path, args, show \\ :show) do
    into = if show == :show, do: IO.stream(), else: ""

    case System.cmd("git", args, cd: path, stderr_to_stdout: true, into: into) do
      {printed, 0} -> printed
      {_, _} -> Mix.raise("Command \"git #{Enum.join(args, " ")}\" failed")
    end
  end

  # The version of the program `git`.
  def git_version do
    case System.find_executable("git") && System.cmd("git", ["--version"]) do
      {"git version " <> version, 0} ->
        version |> String.split(~r/[^0-9.]/, parts: 2) |> hd() |> String.split(".", trim: true) |> Enum.take(3) |> Enum.map(&String.to_integer/1) |> List.to_tuple()

      _ ->
        Mix.raise("Error fetching/updating Git repository: the \"git\" executable is not available in your PATH.")
    end
  end
end
