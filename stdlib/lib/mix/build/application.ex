defmodule Mix.Build.Application do
  @moduledoc false
  # The specification of a project's application: the file `ebin/APP.app`, and what the running system knows of it.

  alias Mix.Build.Manifest

  # Writes the file if it would say something else than it does, or the project's configuration is younger.
  def write(config, app, opts) do
    ebin = Mix.Project.compile_path(config)
    file = Path.join(ebin, "#{app}.app")
    manifest = Manifest.read(Manifest.path(config))
    properties = specification(config, app, modules(manifest, ebin), compile_env(manifest))
    text = :io_lib.format(~c"~p.~n", [{:application, app, properties}]) |> IO.chardata_to_string()
    current? = match?({:ok, ^text}, File.read(file)) and Mix.Utils.last_modified(file) >= Mix.Project.config_mtime()

    result =
      if current? and not Keyword.get(opts, :force, false) do
        :noop
      else
        File.mkdir_p!(ebin)
        File.write!(file, text)
        Mix.shell().info("Generated #{app} app")
        :ok
      end

    # What is not there cannot be started, and tests that do without it can run all the same.
    load(app, Keyword.update!(properties, :applications, &(&1 -- Enum.map(Mix.Dependencies.missing(), fn dep -> dep.app end))))
    {result, []}
  end

  defp modules(nil, ebin), do: for(file <- Path.wildcard(Path.join(ebin, "*.beam")), do: file |> Path.basename(".beam") |> String.to_atom()) |> Enum.sort()
  defp modules(manifest, _ebin), do: manifest.modules |> Map.keys() |> Enum.sort()

  defp compile_env(nil), do: []
  defp compile_env(manifest), do: for({_, entry} <- manifest.sources, met <- entry.compile_env, do: met) |> Enum.uniq() |> Enum.sort()

  defp load(app, properties) do
    case :application.load({:application, app, properties}) do
      :ok -> :ok
      {:error, {:already_loaded, _}} -> :ok
      {:error, reason} -> Mix.raise("Could not load application #{inspect(app)}: " <> Application.format_error(reason))
    end
  end

  # The keys of the specification: what the project says comes last.
  defp specification(config, app, modules, compile_env) do
    version = version!(config[:version])
    said = said_of_application()
    validate!(said)
    defaults = [description: to_charlist(config[:description] || app), modules: modules, registered: [], vsn: to_charlist(version)]
    own = Keyword.drop(said, [:applications, :extra_applications])
    seen = if compile_env == [], do: [], else: [compile_env: compile_env]
    seen ++ Keyword.merge([applications: applications(config, said)] ++ defaults, own)
  end

  defp version!(version) do
    if is_binary(version) and match?({:ok, _}, Version.parse(version)) do
      version
    else
      Mix.raise("Expected :version to be a valid Version, got: #{inspect(version)} (see the Version module for more information)")
    end
  end

  defp said_of_application do
    module = Mix.Project.get()

    if module && function_exported?(module, :application, 0) do
      said = module.application()
      unless Keyword.keyword?(said), do: Mix.raise("Application configuration returned from application/0 should be a keyword list")
      said
    else
      []
    end
  end

  defp validate!(said) do
    check = fn key, valid?, text ->
      with {:ok, value} <- Keyword.fetch(said, key), false <- valid?.(value), do: Mix.raise(text <> ", got: " <> inspect(value))
    end

    atoms? = &(is_list(&1) and Enum.all?(&1, fn item -> is_atom(item) end))
    typed? = &(is_list(&1) and Enum.all?(&1, fn item -> is_atom(item) or match?({app, type} when is_atom(app) and type in [:required, :optional], item) end))
    pairs = "a list of atoms or {app, :required | :optional} pairs"

    check.(:modules, atoms?, "Application modules (:modules) should be a list of atoms")
    check.(:maxT, &(&1 == :infinity or is_integer(&1)), "Application maximum time (:maxT) is not an integer or :infinity")
    check.(:registered, atoms?, "Application registered processes (:registered) should be a list of atoms")
    check.(:extra_applications, typed?, "Application extra applications (:extra_applications) should be " <> pairs)
    check.(:included_applications, atoms?, "Application included applications (:included_applications) should be a list of atoms")
    check.(:applications, typed?, "Application applications (:applications) should be " <> pairs)
    check.(:env, &Keyword.keyword?/1, "Application environment (:env) should be a keyword list")
    check.(:mod, &(&1 == [] or match?({module, _} when is_atom(module), &1)), "Application callback module (:mod) should be either [] or {module, start_args}")
    check.(:start_phases, &Keyword.keyword?/1, "Application start phases (:start_phases) should be a keyword list")
  end

  # Those that are optional start by themselves if somebody else wants them.
  defp applications(config, said) do
    own = said[:applications] || runtime_dependencies(config)
    required = for item <- (said[:extra_applications] || []) ++ own, app = required(item), do: app
    Enum.uniq([:kernel, :stdlib, :elixir] ++ required) -- (said[:included_applications] || [])
  end

  defp required({_app, :optional}), do: nil
  defp required({app, :required}), do: app
  defp required(app), do: app

  defp runtime_dependencies(config) do
    for spec <- config[:deps] || [],
        app = elem(spec, 0),
        opts = if(is_list(elem(spec, tuple_size(spec) - 1)), do: elem(spec, tuple_size(spec) - 1), else: []),
        Mix.Dependencies.wanted?(opts, Mix.env()),
        not Mix.Dependencies.absent?(app),
        opts[:runtime] != false and opts[:app] != false and opts[:optional] != true,
        do: app
  end
end
