defmodule Beamlet.ExUnit.FiltersTest do
  use ExUnit.Case, async: true

  alias ExUnit.Filters

  doctest ExUnit.Filters
  doctest ExUnit.Formatter, import: true

  test "filters leave out what is excluded and not included" do
    assert Filters.eval([], [:os], %{}, []) == :ok
    assert Filters.eval([], [:os], %{os: :unix}, []) == {:excluded, "due to os filter"}
    assert Filters.eval([os: :unix], [:os], %{os: :unix}, []) == :ok
    assert Filters.eval([os: :unix], [os: :windows], %{os: :windows}, []) == {:excluded, "due to os filter"}
    assert Filters.eval([os: "unix"], [:os], %{os: :unix}, []) == :ok
    assert Filters.eval([os: ~r/^u/], [:os], %{os: :unix}, []) == :ok
    assert Filters.eval([os: ~r/^w/], [:os], %{os: :unix}, []) == {:excluded, "due to os filter"}
  end

  test "tests may be skipped" do
    assert Filters.eval([], [], %{skip: true}, []) == {:skipped, "due to skip tag"}
    assert Filters.eval([], [], %{skip: "later"}, []) == {:skipped, "later"}
    assert Filters.eval([], [], %{skip: false}, []) == :ok
  end

  test "normalize drops what occurs twice" do
    assert Filters.normalize(nil, nil) == {[], []}
    assert Filters.normalize([:a, :a], [:b, :b]) == {[:a], [:b]}
  end

  test "parse reads names and values" do
    assert Filters.parse(["a", "b:1", "c:d:e"]) == [:a, {:b, "1"}, {:c, "d:e"}]
  end
end
