defmodule RecordTest.Records do
  require Record
  Record.defrecord(:user, name: "john", age: 25)
  Record.defrecordp(:hidden, :Tag, [:a, b: [1, %{x: 1}]])

  def records, do: @__records__
  def hidden_ones, do: {hidden(), hidden(a: 2), hidden(hidden(), :b), hidden(:b)}
  def named(user(name: name, age: 3)), do: name
  def named(user(_: 1)), do: :ones
  def named(_), do: :none
end

defmodule RecordTest do
  use ExUnit.Case, async: true
  import ExUnit.CaptureIO
  import RecordTest.Records
  require Record

  test "are made, read and matched" do
    assert user() == {:user, "john", 25}
    assert user(name: 1) == {:user, 1, 25}
    assert user(_: 3, age: 2) == {:user, 3, 2}
    assert user(:age) == 2
    assert user(user(), :age) == 25
    assert user(user(), name: "x") == {:user, "x", 25}
    assert user(user()) == [name: "john", age: 25]
    assert hidden_ones() == {{:Tag, nil, [1, %{x: 1}]}, {:Tag, 2, [1, %{x: 1}]}, [1, %{x: 1}], 2}
    assert {named({:user, 1, 3}), named({:user, 1, 1}), named(nil)} == {1, :ones, :none}
    assert Record.is_record(user()) and Record.is_record(user(), :user) and not Record.is_record({"a"})
  end

  test "are listed" do
    assert records() == [
             %{fields: [:a, :b], kind: :defrecordp, name: :hidden, tag: :Tag},
             %{fields: [:name, :age], kind: :defrecord, name: :user, tag: :user}
           ]
  end

  test "evaluate what they are given in the order in which it is written" do
    _ = user(age: send(self(), :age), name: send(self(), :name))
    _ = user(user(), age: send(self(), :age_again), name: send(self(), :name_again))
    assert Process.info(self(), :messages) == {:messages, [:age, :name, :age_again, :name_again]}
  end

  test "refuse other fields and other data" do
    for {code, message} <- [
          {"user(foo: 1)", "record :user does not have the key: :foo"},
          {"user({:user, 1, 2}, :foo)", "record :user does not have the key: :foo"},
          {"user({:x, 1})", "expected argument to be a literal atom, literal keyword or a :user record, got runtime: {:x, 1}"},
          {"user({:user, 1})", "expected argument to be a :user record with 2 fields, got: {:user, 1}"},
          {"user({:user, 1, 2}, [1])", "expected arguments to be a compile time atom or a keyword list, got: [1]"}
        ] do
      assert_raise ArgumentError, message, fn -> Code.eval_string(code, [], __ENV__) end
    end
  end

  test "refuse what cannot be a record" do
    define = fn body -> Code.eval_string("defmodule RecordTest.Refused do\n  import Record\n  #{body}\nend") end
    assert_raise ArgumentError, "defrecord fields must be atoms, got: 1", fn -> define.("defrecord :r, [1]") end
    assert_raise ArgumentError, "cannot define record :r because a definition r/0 already exists", fn -> define.("def r, do: 1\n  defrecord :r, [:a]") end
    assert_raise ArgumentError, "cannot define record :r because a definition r/0 already exists", fn -> define.("defrecord :r, [:a]\n  defrecord :r, [:a]") end
  end

  test "warn of what is doubtful" do
    assert capture_io(:stderr, fn -> Code.eval_string("defmodule RecordTest.Twice do\n  import Record\n  defrecord :r, a: 1, a: 2\nend") end) =~
             "duplicate key :a found in record"

    assert capture_io(:stderr, fn -> assert {{:user, 2, 1}, _} = Code.eval_string("user(1, _: 1, name: 2)", [], __ENV__) end) =~
             "updating a record with a default (:_) is equivalent to creating a new record"
  end
end
