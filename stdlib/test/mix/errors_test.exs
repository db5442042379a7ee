ExUnit.start()
Mix.start()

defmodule MixErrorsTest do
  use ExUnit.Case, async: true

  test "errors for people carry what Mix shows of them" do
    assert Map.from_struct(%Mix.Error{}) == %{__exception__: true, message: nil, mix: 1}
    assert inspect(catch_error(Mix.raise("x", exit_status: 3))) == ~s(%Mix.Error{message: "x", mix: 3})
    assert %Mix.NoProjectError{}.mix
    assert Mix.InvalidTaskError.exception(task: "a").message == ~s(The task "a" does not export run/1)
  end

  test "names of tasks that are nearly right are suggested" do
    error = assert_raise Mix.NoTaskError, fn -> Mix.Task.get!("compil") end
    assert error.task == "compil"
    assert error.message =~ ~s(The task "compil" could not be found. Did you mean "compile"?)
  end
end
