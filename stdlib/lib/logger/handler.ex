defmodule Logger.Handler do
  @moduledoc false

  # The handler of `:logger` behind `Logger`: it translates Erlang's reports, writes to the console, and passes messages
  # on to the backends that a program has added, which live in an event manager started with the first of them.

  @default_format "\n$time $metadata[$level] $message\n"

  # Completes the first configuration of `:logger` with what the application `:logger` is configured with.
  def install(config) do
    env = &Application.get_env(:logger, &1, &2)
    backends = for backend <- env.(:backends, [:console]), backend == :console, do: backend

    handler = %{
      id: Logger,
      module: Logger.Handler,
      level: :all,
      filters: [],
      filter_default: :log,
      formatter: {:logger_formatter, %{}},
      config: %{
        otp: env.(:handle_otp_reports, true),
        sasl: env.(:handle_sasl_reports, false),
        translators: env.(:translators, [{Logger.Translator, :translate}]),
        translator_inspect_opts: env.(:translator_inspect_opts, []),
        truncate: env.(:truncate, 8096),
        utc_log: env.(:utc_log, false),
        backends: backends,
        console: console(env.(:console, []))
      }
    }

    level = if env.(:level, :debug) == :warn, do: :warning, else: env.(:level, :debug)
    %{config | primary: %{config.primary | level: level}, handlers: [handler]}
  end

  def backends, do: handler_config().backends
  def translators, do: handler_config().translators

  def put_backends(backends), do: :logger.update_handler_config(Logger, :config, %{backends: backends})

  def configure_console(options) do
    :logger.update_handler_config(Logger, :config, %{console: reconfigured(handler_config().console, options)})
  end

  # Colours are added to those that were given before; everything else replaces.
  def reconfigured(%{given: given}, options) do
    given
    |> Keyword.merge(options, fn
      :colors, before, now -> Keyword.merge(before, now)
      _key, _before, now -> now
    end)
    |> console()
  end

  defp handler_config do
    {:ok, handler} = :logger.get_handler_config(Logger)
    handler.config
  end

  # The event manager of added backends.
  def manager do
    case Process.whereis(Logger) do
      nil ->
        case :beamlet_boot.service(fn -> :gen_event.start({:local, Logger}) end) do
          {:ok, pid} -> pid
          {:error, {:already_started, pid}} -> pid
        end

      pid ->
        pid
    end
  end

  # What is known of a console that is configured with `options`.
  def console(options) do
    metadata =
      case Keyword.get(options, :metadata, []) do
        :all -> :all
        list -> Enum.reverse(Enum.reverse(list))
      end

    %{
      given: options,
      format: Logger.Formatter.compile(Keyword.get(options, :format) || @default_format),
      metadata: metadata,
      level: Keyword.get(options, :level),
      device: Keyword.get(options, :device, :user),
      colors: colors(Keyword.get(options, :colors, []))
    }
  end

  defp colors(colors) do
    defaults = %{
      emergency: :red,
      alert: :red,
      critical: :red,
      error: :red,
      warning: :yellow,
      notice: :normal,
      info: :normal,
      debug: :cyan
    }

    colors = Map.new(colors)
    colors = if colors[:warn], do: Map.put_new(colors, :warning, colors.warn), else: colors
    Map.merge(Map.put(defaults, :enabled, :default), colors)
  end

  ## Called by `:logger`

  def log(%{level: level} = event, %{config: config}) do
    with {chardata, metadata} <- message(event, config) do
      if :console in config.backends, do: write(level, chardata, metadata, config)

      # All other backends are handlers of one event manager.
      if config.backends not in [[], [:console]], do: notify(level, chardata, metadata, config)
    end

    :ok
  end

  # The text of an event and its metadata, or nil if it is not to be logged.
  defp message(%{level: level, msg: message, meta: metadata}, config) do
    if passes?(metadata, config) and not disabled?() do
      case text(level, message, metadata, config) do
        :skip ->
          nil

        {chardata, extra} ->
          metadata = [erl_level: level] ++ Enum.to_list(Map.merge(with_location(metadata), Map.new(extra)))
          {truncate(chardata, config.truncate), metadata}
      end
    end
  end

  # For those who want what the console would get, with options of their own: see `ExUnit.CaptureLog`.
  def console_options(options), do: console(Keyword.merge(Application.get_env(:logger, :console, []), options))

  def console_text(%{level: level} = event, console) do
    config = handler_config()

    with {chardata, metadata} <- message(event, config), true <- wanted?(level, console) do
      formatted(level, chardata, metadata, console, config)
    else
      _ -> nil
    end
  end

  defp passes?(%{domain: [:otp, :sasl | _]}, %{sasl: sasl}), do: sasl
  defp passes?(%{domain: [:supervisor_report | _]}, %{sasl: sasl}), do: sasl
  defp passes?(%{domain: [:otp | _]}, config), do: Map.get(config, :otp, true)
  defp passes?(_metadata, _config), do: true

  defp disabled?, do: Process.get({Logger, :level}) == :none

  defp with_location(%{mfa: {module, function, arity}} = metadata) do
    Map.merge(%{module: module, function: "#{function}/#{arity}"}, metadata)
  end

  defp with_location(metadata), do: metadata

  defp write(level, chardata, metadata, %{console: console} = config) do
    if wanted?(level, console), do: put(console.device, formatted(level, chardata, metadata, console, config))
  end

  # Writes what a handler of events was told.
  def write_event(level, chardata, timestamp, metadata, console) do
    if wanted?(level, console), do: put(console.device, laid_out(level, chardata, timestamp, metadata, console))
  end

  # Bytes that are no text must not lose the message.
  defp put(device, output) do
    IO.write(device, output)
  rescue
    error in [ErlangError, ArgumentError] ->
      if match?(%ErlangError{original: reason} when reason != :no_translation, error), do: reraise(error, __STACKTRACE__)
      IO.write(device, Logger.Formatter.prune(output))
  end

  defp wanted?(_level, %{level: nil}), do: true
  defp wanted?(level, %{level: limit}), do: Logger.compare_levels(level, limit) != :lt

  defp formatted(level, chardata, metadata, console, config) do
    laid_out(level, chardata, timestamp(metadata, config), metadata, console)
  end

  defp laid_out(level, chardata, time, metadata, console) do
    output = Logger.Formatter.format(console.format, level, chardata, time, take(metadata, console.metadata))
    color(output, metadata[:ansi_color] || Map.fetch!(console.colors, level), console)
  end

  defp notify(level, chardata, metadata, config) do
    event = {backend_level(level), metadata[:gl], {Logger, chardata, timestamp(metadata, config), metadata}}
    :gen_event.notify(manager(), event)
  end

  # Backends know four levels; the exact one is in the metadata.
  defp backend_level(level) when level in [:emergency, :alert, :critical], do: :error
  defp backend_level(:warning), do: :warn
  defp backend_level(:notice), do: :info
  defp backend_level(level), do: level

  defp take(metadata, :all), do: Keyword.drop(metadata, [:crash_reason, :ancestors, :callers, :gl, :time, :report_cb])

  defp take(metadata, keys) do
    Enum.flat_map(keys, fn key ->
      case Keyword.fetch(metadata, key) do
        {:ok, value} -> [{key, value}]
        :error -> []
      end
    end)
  end

  defp color(output, color, %{colors: colors, device: device}) do
    enabled? =
      case colors.enabled do
        :default -> device == :user and IO.ANSI.enabled?()
        flag -> flag
      end

    if enabled? do
      [IO.ANSI.format_fragment(color, true), output | IO.ANSI.reset()]
    else
      output
    end
  end

  # {{year, month, day}, {hour, minute, second, millisecond}}
  defp timestamp(metadata, %{utc_log: utc?}) do
    micro = Keyword.get_lazy(metadata, :time, fn -> :os.system_time(:microsecond) end)
    seconds = Integer.floor_div(micro, 1_000_000)
    universal = :calendar.gregorian_seconds_to_datetime(seconds + 62_167_219_200)
    {date, {h, m, s}} = if utc?, do: universal, else: :erlang.universaltime_to_localtime(universal)
    {date, {h, m, s, div(Integer.mod(micro, 1_000_000), 1000)}}
  end

  ## Text

  defp text(_level, {:string, string}, _metadata, _config), do: {string, []}

  defp text(level, {:report, report}, metadata, config) do
    translated =
      case report do
        %{label: {:error_logger, _}, format: format, args: args} ->
          translate(level, :format, {format, args}, config)

        %{label: label, report: items} = full when map_size(full) == 2 ->
          translate(level, :report, {label, items}, config)

        _ ->
          translate(level, :report, {:logger, report}, config)
      end

    if translated == :none, do: {report_text(report, metadata, config), []}, else: translated
  end

  defp text(level, {format, args}, _metadata, config) do
    case translate(level, :format, {format, args}, config) do
      :none -> {Logger.Utils.format(format, args, config.translator_inspect_opts), []}
      translated -> translated
    end
  end

  # Translators know the four levels that backends know.
  defp translate(level, kind, message, config) do
    min_level = backend_level(Logger.level())
    level = backend_level(level)

    Enum.find_value(config.translators, :none, fn {module, function} ->
      case apply(module, function, [min_level, level, kind, message]) do
        {:ok, chardata, metadata} -> {chardata, metadata}
        {:ok, chardata} -> {chardata, []}
        :skip -> :skip
        :none -> nil
      end
    end)
  rescue
    error ->
      failure = Exception.format(:error, error, __STACKTRACE__)
      {["Failure while translating Erlang's logger event\n" | failure], []}
  end

  defp report_text(%{label: {:error_logger, _}, format: format, args: args}, _metadata, config) do
    Logger.Utils.format(format, args, config.translator_inspect_opts)
  end

  defp report_text(report, %{report_cb: callback}, config) when is_function(callback, 1) do
    if own_report?(callback) do
      inspect_report(report, config)
    else
      {format, args} = callback.(report)
      Logger.Utils.format(format, args, config.translator_inspect_opts)
    end
  end

  defp report_text(report, %{report_cb: callback}, config) when is_function(callback, 2) do
    opts = inspect_options(config)

    callback.(report, %{
      depth: unlimited(Keyword.get(opts, :limit, :infinity)),
      chars_limit: unlimited(Keyword.get(opts, :printable_limit, :infinity)),
      single_line: false
    })
  end

  defp report_text(report, _metadata, config), do: inspect_report(report, config)

  defp unlimited(:infinity), do: :unlimited
  defp unlimited(limit), do: limit

  # Read anew each time: programs set it in the environment.
  defp inspect_options(config), do: Application.get_env(:logger, :translator_inspect_opts, config.translator_inspect_opts)

  defp own_report?(callback), do: callback == (&:logger.format_otp_report/1)

  defp inspect_report(%{__struct__: _} = report, config), do: inspect(report, inspect_options(config))
  defp inspect_report(report, config), do: inspect(Enum.to_list(report), inspect_options(config))

  defp truncate(chardata, :infinity), do: chardata
  defp truncate(chardata, limit), do: Logger.Utils.truncate(chardata, limit)
end

defmodule Logger.Utils do
  @moduledoc false

  # Now, in the shape that backends are given: `{{year, month, day}, {hour, minute, second, millisecond}}`.
  def timestamp(utc?) do
    {_, _, micro} = now = :os.timestamp()
    {date, {hours, minutes, seconds}} = if utc?, do: :calendar.now_to_universal_time(now), else: :calendar.now_to_local_time(now)
    {date, {hours, minutes, seconds, div(micro, 1000)}}
  end

  # Cuts text to `limit` bytes, binaries at a character, and marks the cut; a single character beyond the limit stays. What comes after
  # the cut is not looked at; what comes before it must be characters, or the message says which of it is not.
  def truncate(chardata, :infinity), do: chardata

  def truncate(chardata, limit) do
    case take(chardata, limit) do
      {chardata, left} when left >= 0 -> chardata
      {cut, _} -> [cut, " (truncated)"]
    end
  catch
    {:not_chardata, other} ->
      ["cannot truncate chardata because it contains something that is not valid chardata: " | inspect(other)]
  end

  defp take(text, left) when is_binary(text) do
    rest = left - byte_size(text)
    if rest < 0, do: {whole(text, max(left, 0)), rest}, else: {text, rest}
  end

  defp take(char, left) when is_integer(char) and char >= 0, do: {char, left - encoded_size(char)}
  defp take(list, left) when is_list(list), do: take(list, left, [])
  defp take(other, _left), do: throw({:not_chardata, other})

  defp take([], left, acc), do: {Enum.reverse(acc), left}
  defp take(_, left, acc) when left < 0, do: {Enum.reverse(acc), left}

  defp take([head | tail], left, acc) do
    {head, left} = take(head, left)
    take(tail, left, [head | acc])
  end

  defp take(tail, left, acc) do
    {tail, left} = take(tail, left)
    {:lists.reverse(acc, tail), left}
  end

  defp encoded_size(char) when char < 0x80, do: 1
  defp encoded_size(char) when char < 0x800, do: 2
  defp encoded_size(char) when char < 0x10000, do: 3
  defp encoded_size(_char), do: 4

  # The directives of a format of Erlang with their arguments, those for terms already written as Elixir writes them and turned into
  # directives for text. Of text at most `limit` bytes are kept.
  def scan_inspect(format, args, limit, opts \\ %Inspect.Opts{}) when is_list(args) do
    {scanned, _left} = format |> to_chars() |> :io_lib.scan_format(args) |> Enum.map_reduce(limit, &scanned(&1, &2, opts))
    scanned
  end

  defp scanned(%{control_char: control, args: [term | more]} = spec, left, opts) when control in ~c"pPwW" do
    lists = if spec.strings, do: %{}, else: %{charlists: :as_lists}
    width = if control in ~c"pP", do: %{width: if(is_integer(spec.width), do: spec.width, else: opts.width)}, else: %{width: :infinity}
    size = for limit <- more, into: %{}, do: {:limit, limit}
    opts = opts |> Map.merge(lists) |> Map.merge(width) |> Map.merge(size)
    written = term |> Inspect.Algebra.to_doc(opts) |> Inspect.Algebra.group() |> Inspect.Algebra.format(opts.width)
    {%{spec | control_char: ?s, args: [written], width: :none, precision: :none, adjust: :right, pad_char: ?\s, encoding: :unicode, strings: true}, left}
  end

  defp scanned(%{control_char: ?s, args: [text]} = spec, left, _opts) when is_integer(left) and (is_binary(text) or is_list(text)) do
    {text, rest} = take(text, max(left, 0))
    {%{spec | args: [text]}, max(rest, 0)}
  end

  defp scanned(other, left, _opts), do: {other, left}

  # The first `limit` bytes without a character of which a part is missing.
  defp whole(text, limit) do
    part = binary_part(text, 0, limit)

    case :unicode.characters_to_binary(part) do
      {:incomplete, good, _} -> good
      _ -> part
    end
  end

  # Erlang's formats, with every term written as Elixir writes it.
  def format(format, args, opts \\ []) do
    format |> to_chars() |> directives([]) |> render(args, opts)
  rescue
    _ -> ["FORMAT ERROR: ", inspect(format), " - ", inspect(args)]
  end

  defp to_chars(format) when is_list(format), do: format
  defp to_chars(format) when is_binary(format), do: String.to_charlist(format)
  defp to_chars(format) when is_atom(format), do: Atom.to_charlist(format)

  defp directives([], acc), do: Enum.reverse(acc)

  defp directives([?~ | rest], acc) do
    {directive, stars, control, rest} = directive(rest, [?~], 0)
    directives(rest, [{control, stars, Enum.reverse(directive)} | acc])
  end

  defp directives(chars, acc) do
    {text, rest} = Enum.split_while(chars, &(&1 != ?~))
    directives(rest, [text | acc])
  end

  defp directive([?* | rest], acc, stars), do: directive(rest, [?* | acc], stars + 1)
  defp directive([?., pad | rest], acc, stars) when acc != [] and pad not in '*0123456789', do: directive(rest, [pad, ?. | acc], stars)
  defp directive([char | rest], acc, stars) when char in '-.0123456789tlkK', do: directive(rest, [char | acc], stars)
  defp directive([control | rest], acc, stars), do: {[control | acc], stars, control, rest}

  defp render([text | rest], args, opts) when is_list(text), do: [text | render(rest, args, opts)]

  defp render([{control, 0, directive} | rest], [arg | args], opts) when control in [?p, ?w] do
    [inspect(arg, layout(control, directive) ++ opts) | render(rest, args, opts)]
  end

  defp render([{control, 0, directive} | rest], [arg, depth | args], opts) when control in [?P, ?W] do
    opts = if is_integer(depth) and depth >= 0, do: Keyword.put(opts, :limit, depth), else: opts
    [inspect(arg, layout(control, directive) ++ opts) | render(rest, args, opts)]
  end

  defp render([{control, stars, directive} | rest], args, opts) do
    count =
      stars +
        cond do
          control in [?n, ?~] -> 0
          control in [?P, ?W, ?X, ?x] -> 2
          true -> 1
        end

    {used, args} = Enum.split(args, count)
    [:io_lib.format(directive, used) | render(rest, args, opts)]
  end

  defp render([], [], _opts), do: []

  # ~w and ~W know no lines; the field of the others is how long theirs may be.
  defp layout(control, _directive) when control in [?w, ?W], do: []

  defp layout(_control, [?~ | directive]) do
    case :string.to_integer(directive) do
      {width, _rest} when is_integer(width) and width > 0 -> [pretty: true, width: width]
      _ -> [pretty: true, width: 80]
    end
  end
end
