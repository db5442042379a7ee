defmodule Version.InvalidRequirementError do
  @moduledoc "Raised for a text that is no requirement."
  defexception [:requirement]

  @impl true
  def exception(requirement) when is_binary(requirement), do: %__MODULE__{requirement: requirement}
  def exception(opts) when is_list(opts), do: struct!(__MODULE__, opts)

  @impl true
  def message(%{requirement: requirement}), do: "invalid requirement: #{inspect(requirement)}"
end

defmodule Version.InvalidVersionError do
  @moduledoc "Raised for a text that is no version."
  defexception [:version]

  @impl true
  def exception(version) when is_binary(version), do: %__MODULE__{version: version}
  def exception(opts) when is_list(opts), do: struct!(__MODULE__, opts)

  @impl true
  def message(%{version: version}), do: "invalid version: #{inspect(version)}"
end

defmodule Version.Requirement do
  @moduledoc "A requirement on versions, parsed."
  import Kernel, except: [match?: 2]

  defstruct [:source, :lexed]

  @doc false
  def compile_requirement(%Version.Requirement{} = requirement), do: requirement

  # Alternatives are lists of conditions, all of which the version must meet.
  @doc false
  def match?(%Version.Requirement{lexed: alternatives}, meets?),
    do: Enum.any?(alternatives, fn conditions -> Enum.all?(conditions, meets?) end)

  defimpl String.Chars do
    def to_string(%{source: source}), do: source
  end

  defimpl Inspect do
    def inspect(%{source: source}, opts), do: Inspect.Algebra.concat(["Version.parse_requirement!(", Inspect.Algebra.color(Kernel.inspect(source), :string, opts), ")"])
  end
end

defmodule Version.Parser do
  @moduledoc false

  # With `approximate?`, the patch number may be missing.
  def parse_version(string, approximate?) when is_binary(string) do
    {front, build} = cut(string, "+")
    {numbers, pre} = cut(front, "-")

    with {:ok, numbers} <- numbers(:binary.split(numbers, ".", [:global]), approximate?),
         {:ok, pre} <- identifiers(pre),
         true <- build == nil or Enum.all?(:binary.split(build, ".", [:global]), &identifier?/1) do
      [major, minor, patch] = numbers
      {:ok, {major, minor, patch, pre, build}}
    else
      _ -> :error
    end
  end

  defp cut(string, separator) do
    case :binary.split(string, separator) do
      [front, back] -> {front, back}
      [front] -> {front, nil}
    end
  end

  defp numbers([major, minor, patch], _approximate), do: all_numbers([major, minor, patch])

  defp numbers([major, minor], true) do
    with {:ok, [major, minor]} <- all_numbers([major, minor]), do: {:ok, [major, minor, nil]}
  end

  defp numbers(_, _), do: :error

  defp all_numbers(texts) do
    numbers = Enum.map(texts, &number/1)
    if nil in numbers, do: :error, else: {:ok, numbers}
  end

  defp number(<<?0, _, _::binary>>), do: nil

  defp number(text) do
    if text != "" and digits?(text), do: String.to_integer(text), else: nil
  end

  defp digits?(<<char, rest::binary>>) when char in ?0..?9, do: digits?(rest)
  defp digits?(rest), do: rest == ""

  defp identifiers(nil), do: {:ok, []}

  defp identifiers(pre) do
    parts = :binary.split(pre, ".", [:global])

    if Enum.all?(parts, &(identifier?(&1) and not (digits?(&1) and Kernel.match?(<<?0, _, _::binary>>, &1)))) do
      {:ok, Enum.map(parts, &if(digits?(&1), do: String.to_integer(&1), else: &1))}
    else
      :error
    end
  end

  defp identifier?(""), do: false
  defp identifier?(text), do: Enum.all?(String.to_charlist(text), &(&1 in ?0..?9 or &1 in ?a..?z or &1 in ?A..?Z or &1 == ?-))
end

defmodule Version do
  @moduledoc """
  Versions after Semantic Versioning 2.0: parsing, comparing, and requirements such as `~> 1.2 or == 2.0.0`.
  """

  import Kernel, except: [match?: 2, to_string: 1]

  @enforce_keys [:major, :minor, :patch]
  @derive {Inspect, optional: [:pre, :build]}
  defstruct [:major, :minor, :patch, pre: [], build: nil]

  @type version :: String.t() | t
  @type requirement :: String.t() | Version.Requirement.t()
  @type major :: non_neg_integer
  @type minor :: non_neg_integer
  @type patch :: non_neg_integer
  @type pre :: [String.t() | non_neg_integer]
  @type build :: String.t() | nil
  @type t :: %__MODULE__{major: major, minor: minor, patch: patch, pre: pre, build: build}

  @doc "Parses a version: `{:ok, version}` or `:error`."
  @spec parse(String.t()) :: {:ok, t} | :error
  def parse(string) when is_binary(string) do
    case Version.Parser.parse_version(string, false) do
      {:ok, {major, minor, patch, pre, build}} -> {:ok, %Version{major: major, minor: minor, patch: patch, pre: pre, build: build}}
      :error -> :error
    end
  end

  @doc "Parses a version or raises `Version.InvalidVersionError`."
  @spec parse!(String.t()) :: t
  def parse!(string) when is_binary(string) do
    case parse(string) do
      {:ok, version} -> version
      :error -> raise Version.InvalidVersionError, string
    end
  end

  @doc "Compares two versions: `:gt`, `:eq` or `:lt`. Builds do not count."
  @spec compare(version, version) :: :gt | :eq | :lt
  def compare(version1, version2), do: order(to_tuple(version1), to_tuple(version2))

  defp to_tuple(%Version{major: major, minor: minor, patch: patch, pre: pre}), do: {major, minor, patch, pre}

  defp to_tuple(string) do
    case Version.Parser.parse_version(string, false) do
      {:ok, {major, minor, patch, pre, _build}} -> {major, minor, patch, pre}
      :error -> raise Version.InvalidVersionError, string
    end
  end

  defp order({major1, minor1, patch1, pre1}, {major2, minor2, patch2, pre2}) do
    cond do
      {major1, minor1, patch1} > {major2, minor2, patch2} -> :gt
      {major1, minor1, patch1} < {major2, minor2, patch2} -> :lt
      pre1 == pre2 -> :eq
      pre1 == [] -> :gt
      pre2 == [] -> :lt
      pre1 > pre2 -> :gt
      true -> :lt
    end
  end

  @doc "Parses a requirement: `{:ok, requirement}` or `:error`."
  @spec parse_requirement(String.t()) :: {:ok, Version.Requirement.t()} | :error
  def parse_requirement(string) when is_binary(string) do
    alternatives = for part <- String.split(string, " or "), do: conditions(String.split(part, " and "))

    if alternatives != [] and Enum.all?(alternatives, &(&1 != :error)) do
      {:ok, %Version.Requirement{source: string, lexed: alternatives}}
    else
      :error
    end
  end

  defp conditions(texts) do
    parsed = Enum.map(texts, &condition(trim(&1)))
    if :error in parsed, do: :error, else: parsed
  end

  # Only spaces stand around a condition.
  defp trim(text), do: text |> String.trim_leading(" ") |> String.trim_trailing(" ")

  defp condition("~>" <> rest), do: condition(:"~>", rest, true)
  defp condition(">=" <> rest), do: condition(:>=, rest, false)
  defp condition("<=" <> rest), do: condition(:<=, rest, false)
  defp condition("==" <> rest), do: condition(:==, rest, false)
  defp condition("!=" <> rest), do: not_equal("!=", rest)
  defp condition("!" <> rest), do: not_equal("!", rest)
  defp condition(">" <> rest), do: condition(:>, rest, false)
  defp condition("<" <> rest), do: condition(:<, rest, false)
  defp condition(rest), do: condition(:==, rest, false)

  defp not_equal(operator, rest) do
    IO.warn(operator <> " inside Version requirements is deprecated, use ~> or >= instead")
    condition(:!=, rest, false)
  end

  defp condition(operator, text, approximate) do
    case Version.Parser.parse_version(trim(text), approximate) do
      {:ok, {major, minor, patch, pre, _build}} -> {operator, {major, minor, patch, pre}}
      :error -> :error
    end
  end

  @doc "Parses a requirement or raises `Version.InvalidRequirementError`."
  @spec parse_requirement!(String.t()) :: Version.Requirement.t()
  def parse_requirement!(string) when is_binary(string) do
    case parse_requirement(string) do
      {:ok, requirement} -> requirement
      :error -> raise Version.InvalidRequirementError, string
    end
  end

  @doc false
  defdelegate compile_requirement(requirement), to: Version.Requirement

  @doc "Tells whether a version meets a requirement. Option `:allow_pre`, true by default."
  @spec match?(version, requirement, keyword) :: boolean
  def match?(version, requirement, opts \\ [])
  def match?(version, requirement, opts) when is_binary(requirement), do: match?(version, parse_requirement!(requirement), opts)

  def match?(version, requirement, opts) do
    allow_pre = Keyword.get(opts, :allow_pre, true)
    version = to_tuple(version)
    Version.Requirement.match?(requirement, &meets?(version, &1, allow_pre))
  end

  defp meets?({_, _, _, pre} = version, {operator, {major, minor, patch, wanted_pre}}, allow_pre) do
    wanted = {major, minor, patch || 0, wanted_pre}

    case operator do
      :== -> order(version, wanted) == :eq
      :!= -> order(version, wanted) != :eq
      :> -> order(version, wanted) == :gt and (allow_pre or pre == [] or wanted_pre != [])
      :>= -> order(version, wanted) != :lt and (allow_pre or pre == [] or wanted_pre != [])
      :< -> order(version, wanted) == :lt and (allow_pre or pre == [] or wanted_pre != [])
      :<= -> order(version, wanted) != :gt and (allow_pre or pre == [] or wanted_pre != [])
      :"~>" -> approximately?(version, wanted, patch) and (allow_pre or pre == [] or wanted_pre != [])
    end
  end

  defp approximately?({major, _, _, _} = version, {major, _, _, _} = wanted, nil), do: order(version, wanted) != :lt
  defp approximately?({major, minor, _, _} = version, {major, minor, _, _} = wanted, patch) when patch != nil, do: order(version, wanted) != :lt
  defp approximately?(_, _, _), do: false

  @doc "Turns a version into text."
  @spec to_string(t) :: String.t()
  def to_string(%Version{} = version) do
    pre = if version.pre == [], do: "", else: "-" <> Enum.join(version.pre, ".")
    build = if version.build, do: "+" <> version.build, else: ""
    "#{version.major}.#{version.minor}.#{version.patch}" <> pre <> build
  end

  defimpl String.Chars do
    defdelegate to_string(version), to: Version
  end
end
